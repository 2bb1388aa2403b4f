/** Finds the readings of a batch that may have a twin of the same point and time in the file. */

import type { DuckDBConnection } from '@duckdb/node-api'
import { sql } from './codes.ts'
import type { ReadingColumns } from './columns.ts'
import { wholeAt } from './halves.ts'
import { columnTypes, appendColumns, integers, halves } from './vectors.ts'

/** Points beyond this are looked up every time: 32 MiB of times are enough. */
const maxPoints = 4 * 1024 * 1024

/**
 * A time for each point that nothing in the file is later than. What is later than that has no twin,
 * which is nearly every reading; only the others are looked for. The times may be too late (a write
 * that failed, an organisation that shares the number of a point): that costs a search, no more.
 */
export class Newest {
  #times = new Float64Array(0)
  /** Nothing that was in the file when it was opened is later. */
  #top: number | undefined

  /** Rows that may have a twin, in the file or earlier in the batch; ascending. */
  async lateRows(connection: DuckDBConnection, columns: ReadingColumns): Promise<number[]> {
    const top = (this.#top ??= await newestOf(connection))
    const { lowest, unknown } = this.#meet(columns, top)
    if (unknown.length > 0) await this.#learn(connection, unknown, lowest)
    return this.#pass(columns)
  }

  /** Points whose time is not known yet, and the earliest time of the batch. */
  #meet({ count, point, effective }: ReadingColumns, top: number) {
    const unknown: number[] = []
    let lowest = Infinity
    for (let row = 0; row < count; row++) {
      const of = point[row] ?? -1
      const time = wholeAt(effective, row)
      if (time < lowest) lowest = time
      if (of < 0 || of >= maxPoints) continue
      if (of >= this.#times.length) this.#grow(of)
      if (!Number.isNaN(this.#times[of] ?? 0)) continue
      this.#times[of] = time > top ? top : Infinity
      if (time <= top) unknown.push(of)
    }
    return { lowest, unknown }
  }

  async #learn(
    connection: DuckDBConnection,
    unknown: readonly number[],
    lowest: number,
  ): Promise<void> {
    // Nothing found from the earliest time of the batch on means: nothing at it or later.
    for (const of of unknown) this.#times[of] = lowest - 1
    const result = await connection.run(
      `SELECT point, max(effective) FROM reading
       WHERE effective >= ?::BIGINT AND point IN (SELECT unnest([${unknown.join()}]))
       GROUP BY point`,
      [BigInt(lowest)],
    )
    for (let n = 0; n < result.chunkCount; n++) {
      const chunk = result.getChunk(n)
      const [points, times] = [integers(chunk, 0), halves(chunk, 1)]
      for (const [row, of] of points.entries()) this.#times[of] = wholeAt(times, row)
    }
  }

  #pass({ count, point, effective }: ReadingColumns): number[] {
    const late: number[] = []
    for (let row = 0; row < count; row++) {
      const of = point[row] ?? -1
      const time = wholeAt(effective, row)
      if (of >= 0 && of < maxPoints && time > (this.#times[of] ?? Infinity)) {
        this.#times[of] = time
      } else late.push(row)
    }
    return late
  }

  #grow(point: number): void {
    const grown = new Float64Array(Math.max(1_024, 2 * point)).fill(Number.NaN)
    grown.set(this.#times)
    this.#times = grown
  }
}

async function newestOf(connection: DuckDBConnection): Promise<number> {
  const result = await connection.run(
    'SELECT max(effective) FROM reading HAVING count(*) > 0',
  )
  return result.chunkCount === 0 ? -Infinity : wholeAt(halves(result.getChunk(0), 0), 0)
}

/**
 * Deletes, of all readings with the point and time of one of these rows, those that lose; keeps them
 * as `superseded`, unless they are replaced because their record was read anew.
 */
export async function deleteTwins(
  connection: DuckDBConnection,
  columns: ReadingColumns,
  { rows, keep }: { readonly rows: readonly number[]; readonly keep: boolean },
): Promise<void> {
  await connection.run(
    'CREATE TEMP TABLE late (organisation USMALLINT, point INTEGER, effective BIGINT)',
  )
  const appender = await connection.createAppender('late', 'main', 'temp')
  const times = rows.map((row) => wholeAt(columns.effective, row))
  appendColumns(appender, rows.length, [
    {
      type: columnTypes.USMALLINT,
      values: Uint16Array.from(rows, (row) => columns.organisation[row] ?? 0),
    },
    {
      type: columnTypes.INTEGER,
      values: Int32Array.from(rows, (row) => columns.point[row] ?? 0),
    },
    { type: columnTypes.BIGINT, values: BigInt64Array.from(times, BigInt) },
  ])
  appender.closeSync()
  const range = [
    times.reduce((a, b) => Math.min(a, b)),
    times.reduce((a, b) => Math.max(a, b)),
  ]
  await connection.run(
    `CREATE TEMP TABLE losing AS
       SELECT reading.rowid AS id, reading.place, ${sql.log} AS log
       FROM reading SEMI JOIN late USING (organisation, point, effective)
         JOIN log ON log.id = ${sql.log}
       WHERE effective BETWEEN ?::BIGINT AND ?::BIGINT
       QUALIFY row_number() OVER (
         PARTITION BY organisation, point, effective
         ORDER BY log.place DESC, reading.place DESC, reading.rowid DESC
       ) > 1`,
    range.map(BigInt),
  )
  if (keep) await connection.run(keepLosing)
  await connection.run('DELETE FROM reading WHERE rowid IN (SELECT id FROM losing)')
}

/**
 * A reading's ordinal is its place among those of its record that are left, and what went before it
 * earlier: the nth that went (from 0) stood before the kth that is left when its ordinal less n is k
 * at most.
 */
const keepLosing = `
  INSERT INTO superseded
  WITH places AS (SELECT DISTINCT log, place FROM losing),
  left_over AS (
    SELECT reading.rowid AS id, reading.place, ${sql.log} AS log,
      row_number() OVER (
        PARTITION BY ${sql.log}, reading.place ORDER BY reading.rowid
      ) - 1 AS nth
    FROM reading JOIN places ON reading.place = places.place AND ${sql.log} = places.log
    WHERE reading.place BETWEEN (SELECT min(place) FROM losing)
                            AND (SELECT max(place) FROM losing)
  ),
  went AS (
    SELECT superseded.place, ${sql.log} AS log, ordinal - row_number() OVER (
      PARTITION BY ${sql.log}, superseded.place ORDER BY ordinal
    ) + 1 AS before
    FROM superseded
      JOIN places ON superseded.place = places.place AND ${sql.log} = places.log
  ),
  ordinals AS (
    SELECT id, any_value(nth) + count(went.before) AS ordinal
    FROM left_over LEFT JOIN went
      ON went.place = left_over.place AND went.log = left_over.log AND went.before <= nth
    WHERE id IN (SELECT id FROM losing)
    GROUP BY id
  )
  SELECT organisation, point, effective, ingest, reading.place, form, number, rest, ordinal
  FROM reading JOIN ordinals ON reading.rowid = ordinals.id
`
