/** The vectors of DuckDB as the columns of the contract. */

import type { DuckDBDataChunk, DuckDBMaterializedResult } from '@duckdb/node-api'
import type { StoredColumns } from '../reading-store.ts'
import { valueKinds } from './codes.ts'
import { bytes, doubles, integers, isValid, unsigned, validity } from './vectors.ts'

type Of = Pick<StoredColumns, 'epoch' | 'partition'>

/** Copies the rows of a query for `arrivalSql`: whole vectors, and a look at those with a text. */
export function columnsOf(result: DuckDBMaterializedResult, of: Of): StoredColumns {
  const texts = new Map<number, string>()
  const columns = emptyColumns(result.rowCount, { ...of, texts })
  let first = 0
  for (let n = 0; n < result.chunkCount; n++) {
    const chunk = result.getChunk(n)
    columns.sequence.set(doubles(chunk, 0), first)
    columns.index.set(unsigned(chunk, 1), first)
    columns.point.set(integers(chunk, 2), first)
    columns.value.set(doubles(chunk, 3), first)
    columns.boolean.set(bytes(chunk, 4), first)
    columns.quality.set(bytes(chunk, 5), first)
    columns.effective.set(doubles(chunk, 6), first)
    columns.ingest.set(doubles(chunk, 7), first)
    columns.flags.set(bytes(chunk, 8), first)
    takeRests(chunk, (row, rest) => takeRest(columns, texts, first + row, rest))
    first += chunk.rowCount
  }
  return columns
}

/** Nearly every vector has none: then nothing is looked at. */
function takeRests(
  chunk: DuckDBDataChunk,
  take: (row: number, rest: unknown) => void,
): void {
  const present = validity(chunk, 9)
  if (present?.every((byte) => byte === 0) === true) return
  const rests = chunk.getColumnVector(9)
  for (let row = 0; row < chunk.rowCount; row++) {
    if (isValid(present, row)) take(row, rests.getItem(row))
  }
}

/** A text, or the number of a reading that is bad, behind its kind and whether it is in a list. */
function takeRest(
  { value }: StoredColumns,
  texts: Map<number, string>,
  row: number,
  said: unknown,
): void {
  const marked = String(said)
  const rest = marked.slice(2)
  const text = marked[1] === '1' ? (JSON.parse(rest) as [string | null])[0] : rest
  if (Number(marked[0]) === valueKinds.text) texts.set(row, text ?? '')
  else if (text !== null) value[row] = Number(text)
}

/** Does every row stand at or behind the one before? */
export function inOrder({ length, sequence, index }: StoredColumns): boolean {
  for (let row = 1; row < length; row++) {
    const step = (sequence[row] ?? 0) - (sequence[row - 1] ?? 0)
    if (step < 0 || (step === 0 && (index[row] ?? 0) < (index[row - 1] ?? 0))) return false
  }
  return true
}

/**
 * Puts those that gave way back into their records. `ordinals` is the result that `lost` was made
 * of: its last column says which reading of its record each was.
 */
export function mergeColumns(
  kept: StoredColumns,
  lost: StoredColumns,
  ordinals: DuckDBMaterializedResult,
): StoredColumns {
  const nth = new Int32Array(lost.length)
  let first = 0
  for (let n = 0; n < ordinals.chunkCount; n++) {
    const chunk = ordinals.getChunk(n)
    nth.set(integers(chunk, 10), first)
    first += chunk.rowCount
  }
  const texts = new Map<number, string>()
  const merged = emptyColumns(kept.length + lost.length, { ...kept, texts })
  let [fromKept, fromLost, inRecord] = [0, 0, 0]
  for (let row = 0; row < merged.length; row++) {
    const order = compare(kept, fromKept, lost, fromLost)
    const [next, nextRow] = order > 0 ? [lost, fromLost] : [kept, fromKept]
    if (row > 0 && compare(merged, row - 1, next, nextRow) !== 0) inRecord = 0
    const takesLost = order > 0 || (order === 0 && nth[fromLost] === inRecord)
    const [from, at] = takesLost ? [lost, fromLost++] : [kept, fromKept++]
    copyRow(from, at, merged, row)
    const text = from.texts.get(at)
    if (text !== undefined) texts.set(row, text)
    inRecord++
  }
  return merged
}

/** Places of two rows; a row behind the end comes after all. */
function compare(a: StoredColumns, rowA: number, b: StoredColumns, rowB: number): number {
  if (rowB >= b.length) return -1
  if (rowA >= a.length) return 1
  return (
    (a.sequence[rowA] ?? 0) - (b.sequence[rowB] ?? 0) ||
    (a.index[rowA] ?? 0) - (b.index[rowB] ?? 0)
  )
}

function copyRow(from: StoredColumns, at: number, to: StoredColumns, row: number): void {
  to.sequence[row] = from.sequence[at] ?? 0
  to.index[row] = from.index[at] ?? 0
  to.point[row] = from.point[at] ?? 0
  to.value[row] = from.value[at] ?? 0
  to.boolean[row] = from.boolean[at] ?? 0
  to.quality[row] = from.quality[at] ?? 0
  to.effective[row] = from.effective[at] ?? 0
  to.ingest[row] = from.ingest[at] ?? 0
  to.flags[row] = from.flags[at] ?? 0
}

/** Columns of this length, to be filled. */
export function emptyColumns(
  length: number,
  { epoch, partition, texts }: Of & Pick<StoredColumns, 'texts'>,
): StoredColumns {
  return {
    epoch,
    partition,
    length,
    sequence: new Float64Array(length),
    index: new Uint32Array(length),
    point: new Uint32Array(length),
    value: new Float64Array(length),
    texts,
    boolean: new Uint8Array(length),
    quality: new Uint8Array(length),
    effective: new Float64Array(length),
    ingest: new Float64Array(length),
    flags: new Uint8Array(length),
  }
}

/** The buffers behind the columns, to be moved. */
export function columnBuffers(columns: StoredColumns): readonly ArrayBuffer[] {
  return Object.values(columns).flatMap((column: unknown) =>
    ArrayBuffer.isView(column) && column.buffer instanceof ArrayBuffer
      ? [column.buffer]
      : [],
  )
}
