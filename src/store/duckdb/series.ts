/** A series of one point, thinned in the database when it is longer than asked for. */

import type { DuckDBConnection, JS } from '@duckdb/node-api'
import { timeUs } from '../../domain/time.ts'
import type { Sample, Series, SeriesRequest } from '../reading-store.ts'
import { formOf, sql, valueKinds, valueOf } from './codes.ts'
import { rowsOf } from './statements.ts'
import { type Known, rolledWindows } from './roll-up.ts'

const isGap = `(${sql.isBad} OR ${sql.kind} = ${valueKinds.none})`

interface Summary {
  readonly total: number
  readonly gaps: number
  readonly texts: number
  readonly first: bigint
  readonly last: bigint
}

/** Reading texts takes a third of the time of a chart, and few points have them. */
const withTexts = 'effective, form, number, rest'
const withoutTexts = 'effective, form, number, NULL AS rest'

/** Samples by time, as a query that begins with WITH. */
type Samples = string

export async function readSeries(
  connection: DuckDBConnection,
  { id, rolled }: Known,
  request: SeriesRequest,
): Promise<Series> {
  const samples = samplesSql(id, request, rolled)
  const { limit } = request
  // Unsorted: the few rows of a chart are sorted here for less than another operator costs.
  const few = (columns: string) =>
    rowsOf(connection, `${samples} SELECT ${columns} FROM kept LIMIT ${limit + 1}`)
  let rows = await few(withoutTexts)
  if (rows.length > limit) return thinnedSeries(connection, samples, limit)
  if (rows.some(isText)) rows = await few(withTexts)
  const all = rows.map(sampleOf).toSorted((a, b) => a.at - b.at)
  return { samples: all, total: all.length, thinned: false }
}

/** Reads in one transaction, so that the count and the samples speak of the same readings. */
async function thinnedSeries(
  connection: DuckDBConnection,
  samples: Samples,
  limit: number,
): Promise<Series> {
  await connection.run('BEGIN READ ONLY')
  const summary = await summarise(connection, samples)
  const sql = `${thinnedSql(samples, summary, limit)} ORDER BY effective`
  const rows = await rowsOf(connection, sql)
  await connection.run('COMMIT')
  return { samples: rows.map(sampleOf), total: summary.total, thinned: true }
}

function samplesSql(
  organisation: number,
  { point, from, to }: SeriesRequest,
  rolled: boolean,
): Samples {
  const inRange = `effective >= ${from} AND effective < ${to}`
  const readings = `SELECT effective, form & 4294967295 AS form, number, rest FROM reading
    WHERE organisation = ${organisation} AND point = ${point} AND ${inRange}`
  if (!rolled) return `WITH kept AS NOT MATERIALIZED (${readings})`
  // A late reading stands for its time even where the windows of that time have a sample.
  return `WITH stands AS (
    SELECT *, 1 AS priority FROM (${readings})
    UNION ALL
    SELECT unnest([min_at, max_at, last_at]) AS effective, kind::BIGINT AS form,
      unnest([min, max, last]) AS number, NULL AS rest, 2 AS priority
    FROM (${rolledWindows(`organisation = ${organisation} AND point = ${point}`)})
  ), kept AS (
    SELECT effective, form, number, rest FROM stands WHERE ${inRange}
    QUALIFY row_number() OVER (PARTITION BY effective ORDER BY priority) = 1
  )`
}

async function summarise(connection: DuckDBConnection, samples: Samples): Promise<Summary> {
  const [row] = await rowsOf(
    connection,
    `${samples} SELECT count(*) AS total, count(*) FILTER (${isGap}) AS gaps,
       count(*) FILTER (${sql.kind} = ${valueKinds.text}) AS texts, min(effective) AS first, max(effective) AS last FROM kept`,
  )
  return {
    total: Number(row?.['total'] ?? 0),
    gaps: Number(row?.['gaps'] ?? 0),
    texts: Number(row?.['texts'] ?? 0),
    first: BigInt(Number(row?.['first'] ?? 0)),
    last: BigInt(Number(row?.['last'] ?? 0)),
  }
}

/**
 * Cuts the time between the first and the last reading into equal parts and keeps of each part its
 * lowest, highest, first and last reading and its first gap, in that order of importance.
 */
function thinnedSql(samples: Samples, summary: Summary, limit: number): string {
  const { gaps, texts, first, last } = summary
  // At most one gap a part: with few of them there is room for more parts of four.
  const parts = Math.max(1, Math.floor(limit / 5), Math.floor((limit - gaps) / 4))
  // What is not there is not looked for: each of these costs a part of the whole.
  const byText = (choose: string) => (texts === 0 ? '' : `${choose}(effective, label),`)
  const candidates = [
    `coalesce(arg_min(effective, number), ${byText('arg_min')} min(effective))`,
    `coalesce(arg_max(effective, number), ${byText('arg_max')} max(effective))`,
    'min(effective)',
    'max(effective)',
    ...(gaps === 0 ? [] : [`min(effective) FILTER (${isGap})`]),
  ]
  const label = `CASE WHEN NOT ${isGap} AND ${sql.kind} = ${valueKinds.text} THEN rest END`
  return `${samples}, placed AS (
    SELECT effective, form, number, ${label} AS label,
      ((effective - ${first}) * ${parts}) // ${last - first + 1n} AS part
    FROM kept
  ), chosen AS (
    SELECT [${candidates.slice(0, limit).join()}] AS times FROM placed GROUP BY part
  )
  SELECT ${texts === 0 ? withoutTexts : withTexts} FROM kept WHERE effective IN (SELECT unnest(times) FROM chosen)`
}

function isText({ form }: Record<string, JS>): boolean {
  return (Number(form) & 3) === valueKinds.text
}

function sampleOf(row: Record<string, JS>): Sample {
  // The sign is the highest bit.
  const form = Number(row['form']) | 0
  const { quality } = formOf(form)
  const { number, rest } = row
  const value = valueOf(
    form,
    typeof number === 'number' ? number : null,
    typeof rest === 'string' ? rest : null,
  )
  return {
    at: timeUs(Number(row['effective'])),
    value: quality === 'bad' ? null : value,
    quality,
  }
}
