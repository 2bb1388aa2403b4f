/** Puts packed readings into the table, as they are laid out. */

import type { DuckDBConnection } from '@duckdb/node-api'
import { comparePositions, type Position } from '../../domain/position.ts'
import { formBits, indexBits, maxIndex } from './codes.ts'
import type { ReadingColumns, Validity } from './columns.ts'
import { appendColumns, columnTypes, isValid } from './vectors.ts'

/** Ids that only the file knows. */
export interface Ids {
  readonly log: number
  /** In the order of `columns.organisations`. */
  readonly organisations: readonly number[]
}

/** Writes the ids into the columns, which were packed without them. */
export function settleIds({ count, organisation, form }: ReadingColumns, ids: Ids): void {
  const log = ids.log << formBits.log
  const table = Uint16Array.from(ids.organisations)
  for (let row = 0; row < count; row++) {
    organisation[row] = table[organisation[row] ?? 0] ?? 0
    form[2 * row] = (form[2 * row] ?? 0) | log
  }
}

export async function appendReadings(
  connection: DuckDBConnection,
  columns: ReadingColumns,
): Promise<void> {
  if (columns.count === 0) return
  const { USMALLINT, INTEGER, BIGINT, DOUBLE, VARCHAR } = columnTypes
  const appender = await connection.createAppender('reading')
  try {
    appendColumns(appender, columns.count, [
      { type: USMALLINT, values: columns.organisation },
      { type: INTEGER, values: columns.point },
      { type: BIGINT, values: columns.effective },
      { type: BIGINT, values: columns.ingest },
      { type: BIGINT, values: columns.place },
      { type: BIGINT, values: columns.form },
      { type: DOUBLE, values: columns.number, valid: columns.numberValid },
      { type: VARCHAR, texts: columns.rest },
    ])
    appender.flushSync()
  } catch (error) {
    // Otherwise closing would write what is left, after the transaction is gone.
    appender.clear()
    throw error
  } finally {
    appender.closeSync()
  }
}

/** The rows after `known`; the columns themselves where none is left out. */
export function rowsAfter(
  columns: ReadingColumns,
  known: Position | undefined,
): ReadingColumns {
  const { earliest, place, count } = columns
  if (known === undefined || earliest === undefined) return columns
  if (comparePositions(earliest, known) > 0) return columns
  const rows: number[] = []
  for (let row = 0; row < count; row++) {
    const low = place[2 * row] ?? 0
    const sequence = (place[2 * row + 1] ?? 0) * 2 ** (32 - indexBits) + (low >>> indexBits)
    if ((sequence - known.sequence || (low & maxIndex) - known.index) > 0) rows.push(row)
  }
  return pick(columns, rows)
}

function pick(columns: ReadingColumns, rows: readonly number[]): ReadingColumns {
  const { numberValid } = columns
  const place = new Map(rows.map((row, n) => [row, n]))
  return {
    count: rows.length,
    organisations: columns.organisations,
    earliest: columns.earliest,
    organisation: Uint16Array.from(rows, (row) => columns.organisation[row] ?? 0),
    point: Int32Array.from(rows, (row) => columns.point[row] ?? 0),
    effective: pickPairs(columns.effective, rows),
    ingest: pickPairs(columns.ingest, rows),
    place: pickPairs(columns.place, rows),
    form: pickPairs(columns.form, rows),
    number: Float64Array.from(rows, (row) => columns.number[row] ?? 0),
    ...(numberValid && { numberValid: pickBits(numberValid, rows) }),
    rest: columns.rest.flatMap(({ row, text }) => {
      const now = place.get(row)
      return now === undefined ? [] : [{ row: now, text }]
    }),
  }
}

function pickPairs(
  pairs: Int32Array<ArrayBuffer>,
  rows: readonly number[],
): Int32Array<ArrayBuffer> {
  return Int32Array.from(
    rows.flatMap((row) => [pairs[2 * row] ?? 0, pairs[2 * row + 1] ?? 0]),
  )
}

function pickBits(bits: Validity, rows: readonly number[]): Validity {
  const picked = new Uint8Array(Math.ceil(rows.length / 64) * 8)
  for (const [n, row] of rows.entries()) {
    if (isValid(bits, row)) picked[n >>> 3] = (picked[n >>> 3] ?? 0) | (1 << (n & 7))
  }
  return picked
}
