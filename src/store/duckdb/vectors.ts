/**
 * The bytes of DuckDB's vectors as typed arrays. The friendly classes of @duckdb/node-api make a
 * value of every field, which costs several times the work itself; the bindings beneath copy.
 */

import { DuckDBDataChunk, type DuckDBAppender } from '@duckdb/node-api'
import duckdb from '@duckdb/node-bindings'

/** Rows of a full vector. */
export const vectorRows = 2_048

type Vector = ReturnType<typeof duckdb.data_chunk_get_vector>

/** A column to be written. */
export type Column = FilledColumn | TextColumn

interface FilledColumn {
  readonly type: keyof typeof widths
  readonly values: ArrayBufferView<ArrayBuffer>
  /** Left out: every row has a value. */
  readonly valid?: Uint8Array<ArrayBuffer> | undefined
}

/** The texts in the order of their rows; the other rows are null. */
interface TextColumn {
  readonly type: typeof duckdb.Type.VARCHAR
  readonly texts: readonly { readonly row: number; readonly text: string }[]
}

/** Bytes of a value. */
const widths = {
  [duckdb.Type.USMALLINT]: 2,
  [duckdb.Type.INTEGER]: 4,
  [duckdb.Type.BIGINT]: 8,
  [duckdb.Type.DOUBLE]: 8,
}

export const columnTypes = duckdb.Type

/** Appends `count` rows, a vector at a time. The columns are those of the appender's table. */
export function appendColumns(
  appender: DuckDBAppender,
  count: number,
  columns: readonly Column[],
): void {
  const types = columns.map(({ type }) => duckdb.create_logical_type(type))
  const chunk = new DuckDBDataChunk(duckdb.create_data_chunk(types))
  const texts = columns.map(() => 0)
  for (let first = 0; first < count; first += vectorRows) {
    const rows = Math.min(vectorRows, count - first)
    chunk.reset()
    chunk.rowCount = rows
    for (const [n, column] of columns.entries()) {
      const vector = duckdb.data_chunk_get_vector(chunk.chunk, n)
      if ('texts' in column) {
        texts[n] = copyTexts(vector, column.texts, { from: texts[n] ?? 0, first, rows })
      } else copyRows(vector, column, first, rows)
    }
    appender.appendDataChunk(chunk)
  }
}

function copyRows(
  vector: Vector,
  { type, values, valid }: FilledColumn,
  first: number,
  rows: number,
): void {
  const width = widths[type]
  const offset = values.byteOffset + first * width
  duckdb.copy_data_to_vector(vector, 0, values.buffer, offset, rows * width)
  if (valid !== undefined) {
    copyValidity(vector, valid.buffer, valid.byteOffset + first / 8, rows)
  }
}

/** Gives the place of the first text that belongs to a later vector. */
function copyTexts(
  vector: Vector,
  texts: TextColumn['texts'],
  {
    from,
    first,
    rows,
  }: { readonly from: number; readonly first: number; readonly rows: number },
): number {
  const valid = new Uint8Array(vectorRows / 8)
  let next = from
  for (; ; next++) {
    const { row, text } = texts[next] ?? { row: Infinity, text: '' }
    const at = row - first
    if (at >= rows) break
    duckdb.vector_assign_string_element(vector, at, text)
    valid[at >>> 3] = (valid[at >>> 3] ?? 0) | (1 << (at & 7))
  }
  copyValidity(vector, valid.buffer, 0, rows)
  return next
}

function copyValidity(
  vector: Vector,
  bits: ArrayBuffer,
  offset: number,
  rows: number,
): void {
  duckdb.vector_ensure_validity_writable(vector)
  duckdb.copy_data_to_vector_validity(vector, 0, bits, offset, bitBytes(rows))
}

/** Whole 64-bit words that hold a bit for each row. */
function bitBytes(rows: number): number {
  return Math.ceil(rows / 64) * 8
}

/** The values of an INTEGER column. */
export function integers(chunk: DuckDBDataChunk, column: number): Int32Array {
  const { buffer, byteOffset } = dataOf(chunk, column, 4)
  return new Int32Array(buffer, byteOffset, chunk.rowCount)
}

/** The values of a UINTEGER column. */
export function unsigned(chunk: DuckDBDataChunk, column: number): Uint32Array {
  const { buffer, byteOffset } = dataOf(chunk, column, 4)
  return new Uint32Array(buffer, byteOffset, chunk.rowCount)
}

/** The values of a UTINYINT column. */
export function bytes(chunk: DuckDBDataChunk, column: number): Uint8Array {
  return dataOf(chunk, column, 1)
}

/** The values of a BIGINT column, as low and high halves; see `wholeAt`. */
export function halves(chunk: DuckDBDataChunk, column: number): Int32Array {
  const { buffer, byteOffset } = dataOf(chunk, column, 8)
  return new Int32Array(buffer, byteOffset, 2 * chunk.rowCount)
}

/** The values of a DOUBLE column. */
export function doubles(chunk: DuckDBDataChunk, column: number): Float64Array {
  const { buffer, byteOffset } = dataOf(chunk, column, 8)
  return new Float64Array(buffer, byteOffset, chunk.rowCount)
}

/** Which rows have a value; undefined when all have. */
export function validity(chunk: DuckDBDataChunk, column: number): Uint8Array | undefined {
  const vector = duckdb.data_chunk_get_vector(chunk.chunk, column)
  const bits: Uint8Array | null = duckdb.vector_get_validity(
    vector,
    bitBytes(chunk.rowCount),
  )
  return bits ?? undefined
}

export function isValid(bits: Uint8Array | undefined, row: number): boolean {
  return bits === undefined || (((bits[row >>> 3] ?? 0) >>> (row & 7)) & 1) === 1
}

function dataOf(chunk: DuckDBDataChunk, column: number, width: number): Uint8Array {
  const vector = duckdb.data_chunk_get_vector(chunk.chunk, column)
  return duckdb.vector_get_data(vector, chunk.rowCount * width)
}
