import type { ReadingsOfRecord } from '../../store/reading-store.ts'

export interface BatchBound {
  readonly records: number
  readonly bytes: number
}

/**
 * The end (not included) of the batch that begins at `from`: as many records as the bound allows,
 * and at least one.
 */
export function endOfBatch(
  records: readonly ReadingsOfRecord[],
  from: number,
  bound: BatchBound,
): number {
  let bytes = 0
  let end = from
  for (; end < records.length && end - from < bound.records; end++) {
    const record = records[end]
    if (record === undefined) break
    bytes += bytesOf(record)
    if (bytes > bound.bytes && end > from) break
  }
  return end
}

/** A reading's numbers in a row of the store, and its text. */
const bytesOfReading = 100

/** About how much memory the record takes on its way to the store. */
function bytesOf({ readings }: ReadingsOfRecord): number {
  let bytes = readings.length * bytesOfReading
  for (const { value } of readings) if (typeof value === 'string') bytes += value.length * 2
  return bytes
}
