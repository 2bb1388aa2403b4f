/** Windows over readings and roll-ups: what can be counted, in SQL; what needs time, beside it. */

import type { DuckDBConnection, DuckDBMaterializedResult } from '@duckdb/node-api'
import { Problem } from '../../domain/problem.ts'
import type { Measure, Windows, WindowsRequest } from '../reading-store.ts'
import { pointsCondition } from './points.ts'
import type { Known } from './roll-up.ts'
import { timeWindows } from './time-windows.ts'
import { doubles, integers } from './vectors.ts'
import { inOrder, maxRows, together } from './window-rows.ts'

/**
 * Up to so many windows are selects of their own: each reads only the blocks of its time and groups
 * by the point alone, which takes half as long as one that groups by both.
 */
const maxSelects = 64

type Counted = Exclude<Measure, 'timeWeightedMean' | 'covered'>

/** Measures of readings, and of parts that are added up. */
const measured: Readonly<
  Record<Counted, { readonly direct: string; readonly parts: string }>
> = {
  count: { direct: 'count(number)::DOUBLE', parts: 'sum(count)::DOUBLE' },
  min: { direct: 'min(number)', parts: 'min(min)' },
  max: { direct: 'max(number)', parts: 'max(max)' },
  mean: { direct: 'avg(number)', parts: 'sum(sum) / sum(count)' },
  last: { direct: 'arg_max(number, effective)', parts: 'arg_max(last, last_at)' },
}

/** Neighbours of one width. */
interface Run {
  /** Index of its first window. */
  readonly first: number
  readonly from: number
  readonly width: number
  readonly windows: number
}

/** What a select is about. */
interface Selection {
  readonly where: string
  readonly measures: readonly Counted[]
}

/** Reads in one transaction. Throws Problem `too_large` for more than four million rows. */
export async function readWindows(
  connection: DuckDBConnection,
  known: Known,
  request: WindowsRequest,
): Promise<Windows> {
  const { measures, points } = request
  const where = `organisation = ${known.id} ${await pointsCondition(connection, points)}`
  await connection.run('BEGIN READ ONLY')
  const counted = await countedWindows(connection, known, request, where)
  const timed = measures.includes('timeWeightedMean') || measures.includes('covered')
  const windows = timed
    ? together(counted, await timeWindows(connection, request, where))
    : counted
  await connection.run('COMMIT')
  return windows
}

async function countedWindows(
  connection: DuckDBConnection,
  { rolled }: Known,
  { edges, measures: asked }: WindowsRequest,
  where: string,
): Promise<Windows> {
  const measures = (Object.keys(measured) as Counted[]).filter((one) => asked.includes(one))
  const runs = runsOf(edges)
  const parts: Windows[] = []
  let rows = 0
  for (let n = 0; n < runs.length; n += maxSelects) {
    const some = runs.slice(n, n + maxSelects)
    const sql = (rolled ? addedUp : selected)(some, { where, measures })
    const result = await connection.run(`SELECT * FROM (${sql}) LIMIT ${maxRows + 1}`)
    rows += result.rowCount
    if (rows > maxRows) throw tooLarge()
    parts.push(windowsOf(result, measures))
  }
  return inOrder(parts, edges.length - 1)
}

/** Few windows one by one; many as runs of one width, so that a select finds their number. */
function runsOf(edges: readonly number[]): readonly Run[] {
  const runs: Run[] = []
  const separate = edges.length - 1 <= maxSelects
  for (let first = 0; first < edges.length - 1; first++) {
    const from = edges[first] ?? 0
    const width = (edges[first + 1] ?? 0) - from
    const last = runs.at(-1)
    if (!separate && last?.width === width) {
      runs[runs.length - 1] = { ...last, windows: last.windows + 1 }
    } else runs.push({ first, from, width, windows: 1 })
  }
  return runs
}

function selected(runs: readonly Run[], { where, measures }: Selection): string {
  const values = measures.map((measure) => `, ${measured[measure].direct}`).join('')
  // A measure that is worked out anyway says whether there was anything: another costs a tenth.
  const [first = 'count'] = measures
  const counted =
    first === 'count' ? 'count(number) > 0' : `${measured[first].direct} IS NOT NULL`
  return runs
    .map(
      (run) =>
        `SELECT point, ${numberOf(run, 'effective')} AS win ${values} FROM reading
         WHERE ${where} AND ${inRun(run, 'effective')}
         GROUP BY ${groupOf(run)} HAVING ${counted}`,
    )
    .join(' UNION ALL ')
}

/** Readings and the windows that stand for others; each of those belongs where it starts. */
function addedUp(runs: readonly Run[], { where, measures }: Selection): string {
  const values = measures.map((measure) => `, ${measured[measure].parts}`).join('')
  const parts = runs.map(
    (run) =>
      `SELECT point, ${numberOf(run, 'effective')} AS win, count(number) AS count,
         sum(number) AS sum, min(number) AS min, max(number) AS max,
         arg_max(number, effective) AS last,
         max(effective) FILTER (number IS NOT NULL) AS last_at
       FROM reading WHERE ${where} AND ${inRun(run, 'effective')} GROUP BY ${groupOf(run)}
       UNION ALL
       SELECT point, ${numberOf(run, 'start')}, count, sum, min, max, last, last_at
       FROM roll_up WHERE ${where} AND ${inRun(run, 'start')}`,
  )
  return `SELECT point, win ${values} FROM (${parts.join(' UNION ALL ')})
    GROUP BY point, win HAVING sum(count) > 0`
}

function groupOf({ windows }: Run): string {
  return windows === 1 ? 'point' : 'point, win'
}

function numberOf({ first, from, width, windows }: Run, time: string): string {
  if (windows === 1) return `${first}::INTEGER`
  return `(${first} + (${time} - (${from})) // ${width})::INTEGER`
}

function inRun({ from, width, windows }: Run, time: string): string {
  return `${time} >= ${from} AND ${time} < ${from + width * windows}`
}

function windowsOf(
  result: DuckDBMaterializedResult,
  measures: readonly Counted[],
): Windows {
  const count = result.rowCount
  const point = new Uint32Array(count)
  const window = new Uint32Array(count)
  const columns = measures.map(() => new Float64Array(count))
  let first = 0
  for (let n = 0; n < result.chunkCount; n++) {
    const chunk = result.getChunk(n)
    point.set(integers(chunk, 0), first)
    window.set(integers(chunk, 1), first)
    for (const [at, column] of columns.entries()) column.set(doubles(chunk, 2 + at), first)
    first += chunk.rowCount
  }
  const named = measures.map((measure, n) => [measure, columns[n]])
  return { point, window, measures: Object.fromEntries(named) }
}

function tooLarge(): Problem {
  return new Problem({
    kind: 'too_large',
    what: 'Windows of so many points are more than an answer can hold',
    why: `There are more than ${maxRows} of them`,
    next: 'Ask for fewer points, a shorter time or wider windows',
  })
}
