/** Measures of windows: the server's where it can, folded from rows where InfluxQL cannot. */

import type { PointId } from '../../domain/ids.ts'
import type { Windows, WindowsRequest } from '../reading-store.ts'
import { addHeldValues, addReadings, type Part } from './fold.ts'
import { byTime, groupsOf, parametersOf, pointsAStatement, where } from './influxql.ts'
import { measurements } from './measurement.ts'
import { countRows, pagesOf } from './pages.ts'
import { pointsToRead, type Asks } from './points.ts'
import { allOfWindows, rolledWindow, type RolledWindow } from './rolled-window.ts'
import { numberIn, pointOf, rowsOf, timeIn } from './rows.ts'
import { runsOf, type Run } from './runs.ts'
import { WindowRows, WindowTable } from './window-table.ts'

/** Windows of points that are worked on at a time; bounds an answer of the server and our memory. */
const cellsAtATime = 50_000
/** With more runs of equal windows than this, reading the rows costs less than asking run by run. */
const maxRuns = 100

export async function readWindows(server: Asks, request: WindowsRequest): Promise<Windows> {
  const { organisation, edges, measures } = request
  const points = await pointsToRead(server, organisation, request.points)
  const cells = Math.max(1, Math.floor(cellsAtATime / (edges.length - 1)))
  const rows = new WindowRows(measures)
  for (const group of groupsOf(points, Math.min(cells, pointsAStatement))) {
    const table = new WindowTable(group, edges)
    await fill(server, { ...request, points: group }, table)
    table.appendTo(rows)
  }
  return rows.windows()
}

type Group = WindowsRequest & { readonly points: readonly PointId[] }

async function fill(server: Asks, request: Group, table: WindowTable): Promise<void> {
  const { organisation, points, edges, measures, holds } = request
  const [from = 0, to = 0] = [edges[0], edges.at(-1)]
  const range = { organisation, from, to }
  const rolled = await rolledUntil(server, { ...range, points })
  const plain = points.filter((point) => !rolled.has(point))
  const mixed = points.filter((point) => rolled.has(point))
  // Before this time stand windows, and beside them only readings that came late.
  const until = Math.max(-Infinity, ...rolled.values())
  const timed = measures.includes('timeWeightedMean') || measures.includes('covered')
  const byRows = timed || runsOf(edges).length > maxRuns

  const held = await addWindows(server, { ...range, points: mixed, until, byRows }, table)
  const parts: Part[] = byRows
    ? [
        { ...range, points: plain },
        { ...range, points: mixed, to: Math.min(until, to), held },
        { ...range, points: mixed, from: Math.max(until, from) },
      ]
    : [{ ...range, points: mixed, to: Math.min(until, to), held }]
  if (timed)
    await addHeldValues(server, { parts, range: { ...range, points }, holds }, table)
  else for (const part of parts) await addReadings(server, part, table)
  if (byRows) return
  await aggregate(server, { ...range, points: plain, source: ofReadings }, table)
  const after = { ...range, points: mixed, after: until, source: ofReadings }
  await aggregate(server, after, table)
}

/** How far the readings of each point were rolled up, of those with windows in the range. */
async function rolledUntil(
  server: Asks,
  selection: Pick<Part, 'organisation' | 'points' | 'from' | 'to'>,
): Promise<ReadonlyMap<PointId, number>> {
  const [series = []] = await server.ask({
    statements: [
      `SELECT max("until") AS "until", max("last_at") AS "last" FROM "${measurements.rolledUp}" ${where(selection)} GROUP BY "point"`,
    ],
    parameters: parametersOf(selection),
  })
  return new Map(
    series.map((one) => {
      const [row = {}] = rowsOf(one)
      return [pointOf(one), Math.max(numberIn(row, 'until'), numberIn(row, 'last') + 1)]
    }),
  )
}

interface WindowsPart extends Part {
  readonly until: number
  readonly byRows: boolean
}

/**
 * Adds what was rolled up. Windows of points that also have readings before `until` are looked at
 * one by one and given back, because they may hold those readings already.
 */
async function addWindows(
  server: Asks,
  { until, byRows, ...part }: WindowsPart,
  table: WindowTable,
): Promise<readonly RolledWindow[]> {
  const { organisation, points, to } = part
  if (points.length === 0) return []
  const counted = { measurement: measurements.reading, counted: 'flags' }
  const late = await countRows(server, counted, { ...part, to: Math.min(until, to) })
  const alone = points.filter((point) => byRows || late.has(point))
  const together = points.filter((point) => !alone.includes(point))
  await aggregate(server, { ...part, points: together, source: ofWindows }, table)
  const held: RolledWindow[] = []
  for await (const page of pagesOf(server, allOfWindows, { ...part, points: alone })) {
    for (const { point, rows } of page) {
      const windows = rows.map((row) => rolledWindow(row, organisation, point))
      for (const window of windows) addWindow(window, table)
      if (late.has(point)) held.push(...windows)
    }
  }
  return held
}

function addWindow(window: RolledWindow, table: WindowTable): void {
  const { point, start, count, sum, min, max, last } = window
  const place = table.windowAt(start)
  if (place === undefined) return
  const share = { count, sum, min: min.value, max: max.value, last: last.value }
  table.add(point, place, { ...share, lastAt: last.at })
}

interface Source {
  readonly columns: string
  readonly measurement: string
  readonly conditions: readonly string[]
}

const ofReadings: Source = {
  columns:
    'count("number") AS "count", sum("number") AS "sum", min("number") AS "min", ' +
    'max("number") AS "max", last("number") AS "last"',
  measurement: measurements.reading,
  conditions: ['"counts" = true'],
}

const ofWindows: Source = {
  columns:
    'sum("count") AS "count", sum("sum") AS "sum", min("min") AS "min", ' +
    'max("max") AS "max", last("last") AS "last"',
  measurement: measurements.rolledUp,
  conditions: [],
}

interface Aggregation extends Part {
  /** Nothing before this time. */
  readonly after?: number
  readonly source: Source
}

/** Has the server count, add up and compare. */
async function aggregate(
  server: Asks,
  { organisation, points, after, source }: Aggregation,
  table: WindowTable,
): Promise<void> {
  const runs = runsOf(table.edges, after)
  if (points.length === 0 || runs.length === 0) return
  const answers = await server.ask({
    statements: runs.map((run) => {
      const { start, width, count } = run
      const range = { organisation, points, from: start, to: start + width * count }
      return (
        `SELECT ${source.columns} FROM "${source.measurement}" ` +
        `${where(range, ...source.conditions)} ` +
        `GROUP BY ${byTime(width, start)}, "point" fill(none)`
      )
    }),
    parameters: { organisation },
  })
  for (const [n, series] of answers.entries()) {
    const run = runs[n]
    if (run !== undefined) for (const one of series) addAnswer(one, run, table)
  }
}

function addAnswer(
  one: Parameters<typeof rowsOf>[0],
  { start, width, window }: Run,
  table: WindowTable,
): void {
  const point = pointOf(one)
  for (const row of rowsOf(one)) {
    const at = timeIn(row)
    table.add(point, window + Math.round((at - start) / width), {
      count: numberIn(row, 'count'),
      sum: numberIn(row, 'sum'),
      min: numberIn(row, 'min'),
      max: numberIn(row, 'max'),
      last: numberIn(row, 'last'),
      // Readings lie behind every window that was rolled up before them.
      lastAt: at,
    })
  }
}
