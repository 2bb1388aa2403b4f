import type { Position } from '../../domain/position.ts'
import type { ReadingColumns } from '../columns.ts'

const noTexts: ReadonlyMap<number, string> = new Map()

/** The rows from `first` to before `end`, over the same memory. */
export function slice(columns: ReadingColumns, first: number, end: number): ReadingColumns {
  if (first === 0 && end === columns.length) return columns
  return {
    epoch: columns.epoch,
    partition: columns.partition,
    length: end - first,
    sequence: columns.sequence.subarray(first, end),
    index: columns.index.subarray(first, end),
    point: columns.point.subarray(first, end),
    value: columns.value.subarray(first, end),
    texts: textsOf(columns, first, end),
    boolean: columns.boolean.subarray(first, end),
    quality: columns.quality.subarray(first, end),
    effective: columns.effective.subarray(first, end),
    ingest: columns.ingest.subarray(first, end),
    flags: columns.flags.subarray(first, end),
  }
}

function textsOf(
  { texts }: ReadingColumns,
  first: number,
  end: number,
): ReadonlyMap<number, string> {
  if (texts.size === 0) return noTexts
  const own = new Map<number, string>()
  for (let row = first; row < end; row++) {
    const text = texts.get(row)
    if (text !== undefined) own.set(row - first, text)
  }
  return own
}

/** The first row from `first` on that stands at or behind the place; the length when none does. */
export function rowBehind(
  columns: ReadingColumns,
  first: number,
  at: { readonly position: Position; readonly ingest: number },
): number {
  const { epoch, length, sequence, index, ingest } = columns
  const { position } = at
  let low = first
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    const isBefore =
      epoch === position.epoch
        ? (sequence[middle] ?? 0) < position.sequence ||
          (sequence[middle] === position.sequence && (index[middle] ?? 0) < position.index)
        : (ingest[middle] ?? 0) < at.ingest
    if (isBefore) low = middle + 1
    else high = middle
  }
  return low
}
