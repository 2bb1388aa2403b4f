import type { Position } from '../domain/position.ts'

/**
 * Many readings of one organisation as columns of equal length, in the order of the log: how a store
 * hands a month of a town to a backtest without an object for each. Readings of one record are
 * neighbours with the same `sequence` and `index`.
 */
export interface ReadingColumns {
  readonly epoch: string
  readonly partition: Position['partition']
  readonly length: number
  readonly sequence: Float64Array
  readonly index: Uint32Array
  readonly point: Uint32Array
  /** NaN where the value is a text or there is none; a boolean is 0 or 1. */
  readonly value: Float64Array
  /** Row → text, for those whose value is one. */
  readonly texts: ReadonlyMap<number, string>
  /** 1 where the value is a boolean. */
  readonly boolean: Uint8Array
  /** Index into `qualities` (domain/reading.ts). */
  readonly quality: Uint8Array
  /** µs. */
  readonly effective: Float64Array
  /** µs. */
  readonly ingest: Float64Array
  /** Bits of `flag` (domain/reading.ts). */
  readonly flags: Uint8Array
}

/** The place in the log of the record that row `row` belongs to. */
export function positionAt(
  { epoch, partition, sequence, index }: ReadingColumns,
  row: number,
): Position {
  return { epoch, partition, sequence: sequence[row] ?? 0, index: index[row] ?? 0 }
}

/** The row after the last of the record that begins at `from`. */
export function endOfRecord(
  { length, sequence, index }: ReadingColumns,
  from: number,
): number {
  let to = from + 1
  while (to < length && sequence[to] === sequence[from] && index[to] === index[from])
    to += 1
  return to
}
