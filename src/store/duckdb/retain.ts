/** Readings that go, and the windows that stay in their place: a slice of time in one transaction. */

import type { DuckDBConnection } from '@duckdb/node-api'
import { durationUs, HOUR } from '../../domain/time.ts'
import type { Keep } from '../reading-store.ts'
import { sql, valueKinds } from './codes.ts'
import { loseArrivals } from './lost-arrivals.ts'
import { rowsOf, transaction } from './statements.ts'
import { pointsCondition } from './points.ts'

/** Readings of a slice: a write waits for one slice at most. */
const sliceRows = 100_000
/** Where no window says it: how finely time is cut. */
const hour = durationUs(HOUR)

/** Readings of these points that are older than `until`, as far as no slice before took them. */
export interface Slice {
  readonly until: number
  readonly firstPoint: number
  readonly lastPoint: number
}

/** Cuts what goes into slices, by time and, where one window is too much, by points. */
export async function planSlices(
  connection: DuckDBConnection,
  organisation: number,
  { points, rawSince, rollUp }: Keep,
): Promise<readonly Slice[]> {
  const width = rollUp?.width ?? hour
  const own = `organisation = ${organisation} ${await pointsCondition(connection, points)}`
  const windows = await rowsOf(
    connection,
    `SELECT ${startOf('effective', width)} AS start, count(*)::INTEGER AS rows FROM reading
     WHERE ${own} AND effective < ${rawSince} GROUP BY start ORDER BY start`,
  )
  const sorted = points.toSorted((a, b) => a - b)
  const slices: Slice[] = []
  let rows = 0
  for (const [n, window] of windows.entries()) {
    rows += Number(window['rows'])
    const next = windows[n + 1]
    if (next !== undefined && rows + Number(next['rows']) <= sliceRows) continue
    const until = Math.min(rawSince, Number(window['start']) + width)
    slices.push(...groupsOf(sorted, Math.ceil(rows / sliceRows), until))
    rows = 0
  }
  return slices
}

function groupsOf(points: readonly number[], groups: number, until: number): Slice[] {
  const size = Math.max(1, Math.ceil(points.length / groups))
  const slices: Slice[] = []
  for (let first = 0; first < points.length; first += size) {
    const last = Math.min(points.length, first + size) - 1
    slices.push({ until, firstPoint: points[first] ?? 0, lastPoint: points[last] ?? 0 })
  }
  return slices
}

/** Rolls up and deletes in one transaction; gives how many readings went. */
export async function retainSlice(
  connection: DuckDBConnection,
  organisation: number,
  { keep, slice }: { readonly keep: Keep; readonly slice: Slice },
): Promise<number> {
  const { points, rollUp } = keep
  const gone = `organisation = ${organisation} ${await pointsCondition(connection, points)}
    AND point BETWEEN ${slice.firstPoint} AND ${slice.lastPoint}
    AND effective < ${slice.until}`
  return transaction(connection, async () => {
    if (rollUp !== undefined) {
      const stays = `${gone} AND effective >= ${rollUp.since}`
      await connection.run(rollUpSql(stays, rollUp.width))
    }
    await loseDeleted(connection, organisation, gone)
    await connection.run(`DELETE FROM superseded WHERE ${gone}`)
    return (await connection.run(`DELETE FROM reading WHERE ${gone}`)).rowsChanged
  })
}

async function loseDeleted(
  connection: DuckDBConnection,
  organisation: number,
  gone: string,
): Promise<void> {
  const [row] = await rowsOf(
    connection,
    `SELECT min(ingest) AS since, max(ingest) AS until FROM reading WHERE ${gone}`,
  )
  const { since, until } = row ?? {}
  if (typeof since !== 'bigint' || typeof until !== 'bigint') return
  const range = { since: Number(since), until: Number(until) }
  await loseArrivals(connection, organisation, 'retention', range)
}

/** The windows that have had their time. */
export async function deleteRollUps(
  connection: DuckDBConnection,
  organisation: number,
  { points, rawSince, rollUp }: Keep,
): Promise<void> {
  const own = `organisation = ${organisation} ${await pointsCondition(connection, points)}`
  const since = rollUp?.since ?? rawSince
  await connection.run(`DELETE FROM roll_up WHERE ${own} AND start < ${since}`)
}

/** Only readings that count leave something. */
function rollUpSql(where: string, width: number): string {
  return `INSERT INTO roll_up
    SELECT any_value(organisation), point, ${startOf('effective', width)} AS start, ${width},
      CASE WHEN bool_and(${sql.kind} = ${valueKinds.boolean}) THEN ${valueKinds.boolean}
           ELSE ${valueKinds.number} END,
      count(*), sum(number), min(number), arg_min(effective, number),
      max(number), arg_max(effective, number), arg_max(number, effective), max(effective)
    FROM reading WHERE ${where} AND number IS NOT NULL
    GROUP BY point, start`
}

/** Rounded down, also before 1970. */
function startOf(time: string, width: number): string {
  return `(${time} - (${time} % ${width} + ${width}) % ${width})`
}
