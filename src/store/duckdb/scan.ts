/** Everything of a range, a bounded piece at a time: no piece waits for another, nothing stays open. */

import type { DuckDBConnection } from '@duckdb/node-api'
import type { ScanRequest } from '../reading-store.ts'
import { rowsOf } from './statements.ts'
import { pointsCondition } from './points.ts'
import { rowColumns, rowsFrom } from './rows.ts'
import type { StoredRows } from './stored-rows.ts'

/** Rows of a piece: some 80 bytes each, twice. */
const pieceRows = 200_000

/** Neighbouring points that have about a piece of readings together. */
export interface ScanPiece {
  readonly firstPoint: number
  readonly lastPoint: number
}

/** A piece, from behind a reading on. */
export interface ScanStep {
  readonly request: ScanRequest
  readonly piece: ScanPiece
  readonly after?: { readonly point: number; readonly effective: number }
}

export async function planScan(
  connection: DuckDBConnection,
  organisation: number,
  request: ScanRequest,
): Promise<readonly ScanPiece[]> {
  const where = await conditionOf(connection, organisation, request)
  const points = await rowsOf(
    connection,
    `SELECT point, count(*)::INTEGER AS rows FROM reading WHERE ${where}
     GROUP BY point ORDER BY point`,
  )
  const pieces: ScanPiece[] = []
  let [firstPoint, rows] = [0, 0]
  for (const [n, row] of points.entries()) {
    const lastPoint = Number(row['point'])
    if (rows === 0) firstPoint = lastPoint
    rows += Number(row['rows'])
    if (rows < pieceRows && n < points.length - 1) continue
    pieces.push({ firstPoint, lastPoint })
    rows = 0
  }
  return pieces
}

/** The next rows of the piece; none when it has ended. */
export async function scanStep(
  connection: DuckDBConnection,
  organisation: number,
  { request, piece, after }: ScanStep,
): Promise<StoredRows> {
  const where = await conditionOf(connection, organisation, request)
  const behind =
    after === undefined
      ? ''
      : `AND (point > ${after.point} OR point = ${after.point} AND effective > ${after.effective})`
  const result = await connection.run(
    `SELECT ${rowColumns} FROM reading
     WHERE ${where} AND point BETWEEN ${piece.firstPoint} AND ${piece.lastPoint} ${behind}
     ORDER BY point, effective LIMIT ${pieceRows}`,
  )
  return rowsFrom(connection, result)
}

async function conditionOf(
  connection: DuckDBConnection,
  organisation: number,
  { points, from, to }: ScanRequest,
): Promise<string> {
  const selected = await pointsCondition(connection, points)
  return `organisation = ${organisation} AND effective >= ${from} AND effective < ${to} ${selected}`
}
