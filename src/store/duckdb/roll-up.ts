/** Windows that stand for readings that went. */

import type { DuckDBConnection } from '@duckdb/node-api'
import { rowsOf } from './statements.ts'

/** What is known of an organisation before a question is asked. */
export interface Known {
  readonly id: number
  /** Windows may stand for some of its readings. */
  readonly rolled: boolean
}

export async function hasRollUps(
  connection: DuckDBConnection,
  organisation: number,
): Promise<boolean> {
  const sql = `SELECT 1 FROM roll_up WHERE organisation = ${organisation} LIMIT 1`
  return (await rowsOf(connection, sql)).length > 0
}

/** The windows that `where` selects, each once: what was rolled up in parts is added up. */
export function rolledWindows(where: string): string {
  return `SELECT point, start, width, min(kind) AS kind, sum(count) AS count, sum(sum) AS sum,
    min(min) AS min, arg_min(min_at, min) AS min_at,
    max(max) AS max, arg_max(max_at, max) AS max_at,
    arg_max(last, last_at) AS last, max(last_at) AS last_at
  FROM roll_up WHERE ${where} GROUP BY point, start, width`
}
