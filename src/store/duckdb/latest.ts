/** The newest reading of every point, and sums over one. */

import type { DuckDBConnection } from '@duckdb/node-api'
import type { PointId } from '../../domain/ids.ts'
import { durationUs, HOUR } from '../../domain/time.ts'
import type { Totals } from './calls.ts'
import { goodQuality, sql, valueKinds } from './codes.ts'
import { rowsOf } from './statements.ts'
import { rowColumns, rowsFrom } from './rows.ts'
import type { StoredRows } from './stored-rows.ts'

const maxPoints = 100_000

/** What is older than this, seen from the newest reading of all, is nobody's last value any more. */
const lookBack = BigInt(durationUs(400 * 24 * HOUR))

/** Reads no further back than `lookBack`: what years of history hold does not make a start slower. */
export async function readLatest(
  connection: DuckDBConnection,
  organisation: number,
): Promise<StoredRows> {
  const [top] = await rowsOf(connection, 'SELECT max(effective) AS at FROM reading')
  const at = top?.['at']
  // The bound is a value of its own, so that blocks of older rows are not even opened.
  const since = typeof at === 'bigint' ? at - lookBack : 0n
  // The newest time first, the whole row after: only the few rows of that time are fetched.
  const result = await connection.run(
    `WITH newest AS (
       SELECT point, max(effective) AS effective FROM reading
       WHERE organisation = ?::USMALLINT AND effective >= ?::BIGINT
       GROUP BY point ORDER BY point LIMIT ${maxPoints}
     )
     SELECT ${rowColumns} FROM reading SEMI JOIN newest USING (point, effective)
     WHERE organisation = ?::USMALLINT AND effective >= ?::BIGINT ORDER BY point`,
    [organisation, since, organisation, since],
  )
  return rowsFrom(connection, result)
}

export async function readTotals(
  connection: DuckDBConnection,
  organisation: number,
  point: PointId,
): Promise<Totals> {
  const [row] = await rowsOf(
    connection,
    `SELECT count(number) AS count, coalesce(fsum(number), 0) AS sum FROM reading
     WHERE organisation = ?::USMALLINT AND point = ?::INTEGER
       AND ${sql.quality} = ${goodQuality} AND ${sql.kind} = ${valueKinds.number}`,
    [organisation, point],
  )
  return { count: Number(row?.['count'] ?? 0), sum: Number(row?.['sum'] ?? 0) }
}
