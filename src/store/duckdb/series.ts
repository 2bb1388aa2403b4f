/** A series of one point, thinned in the database when it is longer than asked for. */

import type { DuckDBConnection, JS } from '@duckdb/node-api'
import { timeUs } from '../../domain/time.ts'
import type { Sample, Series, SeriesRequest } from '../reading-store.ts'
import { badQuality, qualities } from './codes.ts'
import { rowsOf } from './file.ts'

/** Of two readings with one effective time, the later position counts. */
export const laterPositionWins = `QUALIFY row_number() OVER (
  PARTITION BY point, effective ORDER BY log DESC, sequence DESC, idx DESC, ordinal DESC
) = 1`

const inRange = `organisation = ?::INTEGER AND point = ?::INTEGER
  AND effective >= ?::BIGINT AND effective < ?::BIGINT`
const isGap = `(quality = ${badQuality} OR coalesce(number, boolean::DOUBLE) IS NULL AND text IS NULL)`

interface Summary {
  readonly rows: number
  readonly total: number
  readonly gaps: number
  readonly first: bigint
  readonly last: bigint
}

/** Reads in one transaction, so that the count and the samples speak of the same readings. */
export async function readSeries(
  connection: DuckDBConnection,
  organisation: number,
  { point, from, to, limit }: SeriesRequest,
): Promise<Series> {
  const range = [organisation, point, BigInt(from), BigInt(to)]
  await connection.run('BEGIN READ ONLY')
  const summary = await summarise(connection, range)
  const thinned = summary.total > limit
  const sql = thinned
    ? thinnedSql(summary, limit)
    : `${keptSql(summary)} SELECT * FROM kept`
  const rows = await rowsOf(connection, `${sql} ORDER BY effective`, range)
  await connection.run('COMMIT')
  return { samples: rows.map(sampleOf), total: summary.total, thinned }
}

async function summarise(
  connection: DuckDBConnection,
  range: (number | bigint)[],
): Promise<Summary> {
  const [row] = await rowsOf(
    connection,
    `SELECT count(*) AS rows, count(DISTINCT effective) AS total,
       count(*) FILTER (${isGap}) AS gaps, min(effective) AS first, max(effective) AS last
     FROM reading WHERE ${inRange}`,
    range,
  )
  return {
    rows: Number(row?.['rows'] ?? 0),
    total: Number(row?.['total'] ?? 0),
    gaps: Number(row?.['gaps'] ?? 0),
    first: BigInt(Number(row?.['first'] ?? 0)),
    last: BigInt(Number(row?.['last'] ?? 0)),
  }
}

/** Finding the later of two readings costs a sort, so it is done only where there are two. */
function keptSql({ rows, total }: Summary): string {
  return `WITH kept AS (
    SELECT point, effective, number, text, boolean, quality FROM reading WHERE ${inRange}
    ${rows === total ? '' : laterPositionWins}
  )`
}

/**
 * Cuts the time between the first and the last reading into equal parts and keeps of each part its
 * lowest, highest, first and last reading and its first gap, in that order of importance.
 */
function thinnedSql(summary: Summary, limit: number): string {
  const candidates = summary.gaps === 0 ? 4 : 5
  // At most one gap a part: with few of them there is room for more parts of four.
  const parts = Math.max(1, Math.floor(limit / 5), Math.floor((limit - summary.gaps) / 4))
  const span = summary.last - summary.first + 1n
  return `${keptSql(summary)}, placed AS (
    SELECT effective, ${isGap} AS gap,
      CASE WHEN NOT ${isGap} THEN coalesce(number, boolean::DOUBLE) END AS level,
      CASE WHEN NOT ${isGap} THEN text END AS label,
      ((effective - ${summary.first}) * ${parts}) // ${span} AS part
    FROM kept
  ), chosen AS (
    SELECT [
      coalesce(arg_min(effective, level), arg_min(effective, label), min(effective)),
      coalesce(arg_max(effective, level), arg_max(effective, label), max(effective)),
      min(effective),
      max(effective),
      min(effective) FILTER (gap)
    ][1:${Math.min(limit, candidates)}] AS times
    FROM placed GROUP BY part
  )
  SELECT * FROM kept WHERE effective IN (SELECT unnest(times) FROM chosen)`
}

function sampleOf(row: Record<string, JS>): Sample {
  const quality = qualities[Number(row['quality'])] ?? 'bad'
  const value = quality === 'bad' ? null : valueOf(row)
  return { at: timeUs(Number(row['effective'])), value, quality }
}

/** The one value column that is filled; null when none is. */
export function valueOf(row: Record<string, JS>): Sample['value'] {
  const value = row['number'] ?? row['text'] ?? row['boolean']
  if (typeof value === 'number' || typeof value === 'string') return value
  return typeof value === 'boolean' ? value : null
}
