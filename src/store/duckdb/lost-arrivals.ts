/** What the file no longer has of what arrived: one time for each organisation and reason. */

import type { DuckDBConnection } from '@duckdb/node-api'
import { rowsOf } from './statements.ts'

/** Times of hearing in µs, both included. */
interface Range {
  readonly since: number
  readonly until: number
}

/** Notes that arrivals of this time are gone or are not as they were; joins what was noted before. */
export async function loseArrivals(
  connection: DuckDBConnection,
  organisation: number,
  why: 'rewrite' | 'retention',
  { since, until }: Range,
): Promise<void> {
  const own = `organisation = ${organisation} AND why = '${why}'`
  const result = await connection.run(
    `UPDATE lost_arrivals SET since = least(since, ${since}), until = greatest(until, ${until})
     WHERE ${own}`,
  )
  if (result.rowsChanged > 0) return
  await connection.run(
    `INSERT INTO lost_arrivals VALUES (${organisation}, '${why}', ${since}, ${until})`,
  )
}

/** Are all arrivals here that were heard from `from` (included) to `to` (not included)? */
export async function keepsArrivals(
  connection: DuckDBConnection,
  organisation: number,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<boolean> {
  const rows = await rowsOf(
    connection,
    `SELECT 1 FROM lost_arrivals
     WHERE organisation = ${organisation} AND since < ${to} AND until >= ${from} LIMIT 1`,
  )
  return rows.length === 0
}
