/** Arrivals in the order of their log, as columns: what replays the past reads. */

import type { DuckDBConnection } from '@duckdb/node-api'
import { partitionOf } from '../../domain/position.ts'
import type { ColumnScanRequest, StoredColumns } from '../reading-store.ts'
import { badQuality, formBits, indexBits, maxIndex, sql, valueKinds } from './codes.ts'
import { columnsOf, inOrder, mergeColumns } from './arrival-columns.ts'
import { pointsCondition } from './points.ts'
import { rowsOf, textOf } from './statements.ts'

/** As many rows as DuckDB keeps together; a piece is about so large. */
const groupRows = 122_880
/** The first piece is a part of that, so that it is there soon. */
const partsAGroup = 4

/** The places of one log from `first` (included) to `end` (not included; left out: to its end). */
export interface ColumnPiece {
  readonly log: number
  readonly epoch: string
  /** 64 bits, in digits. */
  readonly first: string
  readonly end?: string
}

/** One piece of a scan. */
export interface ColumnStep {
  readonly request: ColumnScanRequest
  readonly piece: ColumnPiece
}

/** Cuts the range where the file's own groups of rows begin, so that each piece reads few of them. */
export async function planColumns(
  connection: DuckDBConnection,
  organisation: number,
  request: ColumnScanRequest,
): Promise<readonly ColumnPiece[]> {
  const where = await conditionOf(connection, organisation, request)
  const groups = await rowsOf(
    connection,
    `SELECT own.log, log.epoch, own.first::VARCHAR AS first, own.part::INTEGER AS part, own.rows
     FROM (
       SELECT ${sql.log} AS log, rowid // ${groupRows / partsAGroup} AS part, min(place) AS first,
         count(*)::INTEGER AS rows
       FROM reading WHERE ${where} GROUP BY ALL
       UNION ALL
       SELECT ${sql.log} AS log, 0 AS part, min(place) AS first, count(*)::INTEGER AS rows
       FROM superseded WHERE ${where} GROUP BY ALL
     ) own JOIN log ON log.id = own.log ORDER BY log.place, own.first`,
  )
  const pieces: ColumnPiece[] = []
  let rows = 0
  for (const group of groups) {
    const [log, first] = [Number(group['log']), textOf(group['first'])]
    const last = pieces.at(-1)
    const own = Number(group['rows'])
    const fits = rows + own <= groupRows && pieces.length > 1
    // The second ends where a group does, so that no piece reads two groups.
    const begins = pieces.length === 2 && Number(group['part']) % partsAGroup === 0
    if (last?.log === log && fits && !begins) {
      rows += own
      continue
    }
    if (last?.log === log) pieces[pieces.length - 1] = { ...last, end: first }
    pieces.push({ log, epoch: textOf(group['epoch']), first })
    rows = own
  }
  return pieces
}

/** The arrivals of one piece, in order. */
export async function readColumns(
  connection: DuckDBConnection,
  organisation: number,
  { request, piece }: ColumnStep,
): Promise<StoredColumns> {
  const { log, epoch, first, end } = piece
  const own = `${await conditionOf(connection, organisation, request)} AND ${sql.log} = ${log}
    AND place >= ${first} ${end === undefined ? '' : `AND place < ${end}`}`
  const of = { epoch, partition: partitionOf(request.organisation) }
  const select = `SELECT ${arrivalSql} FROM reading WHERE ${own}`
  // Rows stand in the order in which they were written, which is that of the log but for a rewrite.
  let kept = columnsOf(await connection.run(select), of)
  if (!inOrder(kept)) {
    kept = columnsOf(await connection.run(`${select} ORDER BY place, rowid`), of)
  }
  const lost = await connection.run(
    `SELECT ${arrivalSql}, ordinal FROM superseded WHERE ${own} ORDER BY place, ordinal`,
  )
  return lost.rowCount === 0 ? kept : mergeColumns(kept, columnsOf(lost, of), lost)
}

/** What `columnsOf` takes, in its order. */
const arrivalSql = `
  (place >> ${indexBits})::DOUBLE, (place & ${maxIndex})::UINTEGER, point,
  coalesce(number, 'nan'::DOUBLE), ((form & 3) // ${valueKinds.boolean})::UTINYINT,
  ${sql.quality}::UTINYINT, effective::DOUBLE, ingest::DOUBLE,
  ((form >> ${formBits.flags}) & 255)::UTINYINT,
  CASE WHEN rest IS NOT NULL
      AND ((form & 3) = ${valueKinds.text} OR ${sql.quality} = ${badQuality})
    THEN (form & 3)::VARCHAR || ((form >> ${formBits.list}) & 1)::VARCHAR || rest END`

async function conditionOf(
  connection: DuckDBConnection,
  organisation: number,
  { points, from, to }: ColumnScanRequest,
): Promise<string> {
  const selected = await pointsCondition(connection, points)
  return `organisation = ${organisation} AND ingest >= ${from} AND ingest < ${to} ${selected}`
}
