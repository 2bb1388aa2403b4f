/** The newest reading of every point, and sums over one. */

import type { DuckDBConnection, JS } from '@duckdb/node-api'
import type { OrganisationId, PointId } from '../../domain/ids.ts'
import { partitionOf } from '../../domain/position.ts'
import { timeUs } from '../../domain/time.ts'
import type { StoredReading } from '../reading-store.ts'
import type { Totals } from './calls.ts'
import { goodQuality, qualities, qualityCodes } from './codes.ts'
import { rowsOf, textOf } from './file.ts'
import { laterPositionWins, valueOf } from './series.ts'

const maxPoints = 100_000

export async function readLatest(
  connection: DuckDBConnection,
  id: number,
  organisation: OrganisationId,
): Promise<readonly StoredReading[]> {
  // The newest time first, the whole row after: only the few rows of that time are compared.
  const rows = await rowsOf(
    connection,
    `WITH newest AS (
       SELECT point, max(effective) AS effective FROM reading
       WHERE organisation = ?::INTEGER GROUP BY point ORDER BY point LIMIT ${maxPoints}
     )
     SELECT reading.*, log.epoch FROM reading
     JOIN newest USING (point, effective) JOIN log ON log.id = reading.log
     WHERE organisation = ?::INTEGER
     QUALIFY row_number() OVER (
       PARTITION BY point
       ORDER BY reading.log DESC, sequence DESC, idx DESC, ordinal DESC
     ) = 1
     ORDER BY point`,
    [id, id],
  )
  const partition = partitionOf(organisation)
  return rows.map((row) => storedReading(row, organisation, partition))
}

export async function readTotals(
  connection: DuckDBConnection,
  organisation: number,
  point: PointId,
): Promise<Totals> {
  const [row] = await rowsOf(
    connection,
    `WITH kept AS (
       SELECT point, effective, number, quality FROM reading
       WHERE organisation = ?::INTEGER AND point = ?::INTEGER ${laterPositionWins}
     )
     SELECT count(*) AS count, coalesce(fsum(number), 0) AS sum FROM kept
     WHERE quality = ${goodQuality} AND number IS NOT NULL`,
    [organisation, point],
  )
  return { count: Number(row?.['count'] ?? 0), sum: Number(row?.['sum'] ?? 0) }
}

function storedReading(
  row: Record<string, JS>,
  organisation: OrganisationId,
  partition: number,
): StoredReading {
  const { source, server, native } = row
  return {
    organisation,
    position: {
      epoch: textOf(row['epoch']),
      partition,
      sequence: Number(row['sequence']),
      index: Number(row['idx']),
    },
    point: Number(row['point']) as PointId,
    value: valueOf(row),
    quality: qualities[Number(row['quality'])] ?? 'bad',
    code: qualityCodes[Number(row['code'])] ?? 'decode_error',
    ...(native !== null && { native: Number(native) }),
    effective: timeUs(Number(row['effective'])),
    ...(source !== null && { source: timeUs(Number(source)) }),
    ...(server !== null && { server: timeUs(Number(server)) }),
    ingest: timeUs(Number(row['ingest'])),
    flags: Number(row['flags']),
    typeVersion: Number(row['type_version']),
  }
}
