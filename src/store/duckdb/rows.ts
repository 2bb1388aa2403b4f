/** Whole rows on their way out of the worker. */

import type {
  DuckDBConnection,
  DuckDBDataChunk,
  DuckDBMaterializedResult,
} from '@duckdb/node-api'
import { rowsOf, textOf } from './statements.ts'
import type { StoredRows } from './stored-rows.ts'
import { doubles, halves, integers, isValid, validity } from './vectors.ts'

/** What `rowsFrom` takes, in its order. */
export const rowColumns = 'point, effective, ingest, place, form, number, rest'

export function noRows(): StoredRows {
  return { ...emptyRows(0), epochs: {} }
}

/** Packs the rows of a query for `rowColumns`. */
export async function rowsFrom(
  connection: DuckDBConnection,
  result: DuckDBMaterializedResult,
): Promise<StoredRows> {
  const rows = emptyRows(result.rowCount)
  let first = 0
  for (let n = 0; n < result.chunkCount; n++) {
    const chunk = result.getChunk(n)
    rows.point.set(integers(chunk, 0), first)
    rows.effective.set(halves(chunk, 1), 2 * first)
    rows.ingest.set(halves(chunk, 2), 2 * first)
    rows.place.set(halves(chunk, 3), 2 * first)
    rows.form.set(halves(chunk, 4), 2 * first)
    const numbers = doubles(chunk, 5)
    copyValid(chunk, 5, (row) => (rows.number[first + row] = numbers[row] ?? 0))
    const texts = chunk.getColumnVector(6)
    copyValid(chunk, 6, (row) => rows.rest.set(first + row, String(texts.getItem(row))))
    first += chunk.rowCount
  }
  const logs = await rowsOf(connection, 'SELECT id, epoch FROM log')
  const epochs = Object.fromEntries(
    logs.map(({ id, epoch }) => [Number(id), textOf(epoch)] as const),
  )
  return { ...rows, epochs }
}

/** The buffers behind the columns, to be moved. */
export function rowBuffers(rows: StoredRows): readonly ArrayBuffer[] {
  return Object.values(rows).flatMap((column: unknown) =>
    ArrayBuffer.isView(column) && column.buffer instanceof ArrayBuffer
      ? [column.buffer]
      : [],
  )
}

function copyValid(
  chunk: DuckDBDataChunk,
  column: number,
  copy: (row: number) => void,
): void {
  const bits = validity(chunk, column)
  for (let row = 0; row < chunk.rowCount; row++) if (isValid(bits, row)) copy(row)
}

function emptyRows(count: number) {
  return {
    count,
    point: new Int32Array(count),
    effective: new Int32Array(2 * count),
    ingest: new Int32Array(2 * count),
    place: new Int32Array(2 * count),
    form: new Int32Array(2 * count),
    number: new Float64Array(count).fill(Number.NaN),
    rest: new Map<number, string>(),
  }
}
