/** Feeds readings to `Holding` in the order of time, which nearly all of them have in the file. */

import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api'
import type { Windows, WindowsRequest } from '../reading-store.ts'
import { rowsOf } from './statements.ts'
import { Holding } from './holding.ts'
import { doubles, halves, integers, validity } from './vectors.ts'
import { inOrder } from './window-rows.ts'

/** Readings that are sorted at a time, where they must be. */
const sliceRows = 1_000_000

/** Rows of the two measures of time, in order. `where` selects organisation and points. */
export async function timeWindows(
  connection: DuckDBConnection,
  { edges, holds = Infinity as never }: WindowsRequest,
  where: string,
): Promise<Windows> {
  const [from = 0, to = 0] = [edges[0], edges.at(-1)]
  const holding = new Holding(edges, holds)
  await takeCarried(connection, holding, `${where} ${carriedRange(from, holds)}`)
  for (const [start, end] of await slices(connection, where, [from, to])) {
    const sql = `SELECT point, effective, number FROM reading
      WHERE ${where} AND effective >= ${start} AND effective < ${end}`
    const saved = holding.save()
    if (await takeAll(connection, holding, sql)) continue
    holding.restore(saved)
    const sorted = await takeAll(connection, holding, `${sql} ORDER BY effective`)
    if (!sorted) throw new Error('a point has two readings with one effective time')
  }
  return inOrder([holding.finish()], edges.length - 1)
}

function carriedRange(from: number, holds: number): string {
  const since = Number.isFinite(holds) ? `AND effective >= ${from - holds}` : ''
  return `AND effective < ${from} ${since}`
}

/** The reading of each point that was the newest when the first window began. */
async function takeCarried(
  connection: DuckDBConnection,
  holding: Holding,
  where: string,
): Promise<void> {
  const newest = `SELECT point, max(effective) AS effective,
      arg_max(coalesce(number, 'NaN'::DOUBLE), effective) AS number
    FROM reading WHERE ${where} GROUP BY point`
  await takeAll(connection, holding, newest)
}

/** False when a point had two readings that were not in the order of time. */
async function takeAll(
  connection: DuckDBConnection,
  holding: Holding,
  sql: string,
): Promise<boolean> {
  const result = await connection.stream(sql)
  let inTime = true
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) return inTime
    // The connection is free only when the result was read to its end.
    inTime &&= holding.take(holdingRows(chunk))
  }
}

function holdingRows(chunk: DuckDBDataChunk) {
  return {
    count: chunk.rowCount,
    point: integers(chunk, 0),
    effective: halves(chunk, 1),
    number: doubles(chunk, 2),
    valid: validity(chunk, 2),
  }
}

/** Cuts the time into equal parts of about `sliceRows` readings. */
async function slices(
  connection: DuckDBConnection,
  where: string,
  [from, to]: readonly [number, number],
): Promise<(readonly [number, number])[]> {
  const [row] = await rowsOf(
    connection,
    `SELECT count(*) AS rows FROM reading
     WHERE ${where} AND effective >= ${from} AND effective < ${to}`,
  )
  const parts = Math.max(1, Math.ceil(Number(row?.['rows'] ?? 0) / sliceRows))
  const edge = (part: number) =>
    part === parts ? to : from + Math.floor(((to - from) * part) / parts)
  return Array.from({ length: parts }, (_, part) => [edge(part), edge(part + 1)] as const)
}
