import { z } from 'zod'
import type { ReadingColumns } from './recent.ts'

/**
 * What is kept of a point, for a snapshot: times (doubles, µs), values (doubles) and `meta` (bytes),
 * the oldest first, each column as base64 of its bytes, lowest first; and texts by time. Empty for a
 * point that said nothing. A fast point keeps a thousand readings, and a snapshot is taken while
 * devices wait: as lists of JSON two hundred such points took 80 to 135 ms.
 */
export const savedPoint = z.union([
  z.tuple([]),
  z.tuple([z.string(), z.string(), z.string()]),
  z.tuple([z.string(), z.string(), z.string(), z.array(z.tuple([z.int(), z.string()]))]),
])
export type SavedPoint = z.infer<typeof savedPoint>

/** Room for so many readings. */
export function readingColumns(length: number): ReadingColumns {
  return {
    at: new Float64Array(length),
    value: new Float64Array(length),
    meta: new Uint8Array(length),
  }
}

/** What is kept of a point, copied: packing takes longer than a device may wait. */
export interface CopiedPoint {
  readonly columns: ReadingColumns
  /** By time, µs; those from before the columns are of no use. */
  readonly texts: ReadonlyMap<number, string> | undefined
}

/** Undefined: it said nothing. */
export function packed(point: CopiedPoint | undefined): SavedPoint {
  if (point === undefined) return []
  const { at, value, meta } = point.columns
  const columns = [
    bytesOf(at).toBase64(),
    bytesOf(value).toBase64(),
    meta.toBase64(),
  ] as const
  const oldest = at[0] ?? Infinity
  const kept = [...(point.texts ?? [])].filter(([time]) => time >= oldest)
  return kept.length === 0 ? [...columns] : [...columns, kept]
}

/** Throws an Error when the columns do not fit each other or hold what nothing packs. */
export function unpacked(saved: SavedPoint): CopiedPoint | undefined {
  if (saved.length === 0) return undefined
  const [at, value, meta, texts] = saved
  const columns = {
    at: doublesOf(at),
    value: doublesOf(value),
    meta: Uint8Array.fromBase64(meta),
  }
  const { length } = columns.at
  if (columns.value.length !== length || columns.meta.length !== length)
    throw new Error(
      `${length} times for ${columns.value.length} values and ${columns.meta.length} qualities`,
    )
  if (!columns.at.every(Number.isSafeInteger)) throw new Error('a time is none')
  if (columns.meta.some((one) => one > META_MOST)) throw new Error('a quality is none')
  return { columns, texts: texts && new Map(texts) }
}

/** Two bits of quality, two of form, one of age. */
const META_MOST = 31

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

function doublesOf(base64: string): Float64Array<ArrayBuffer> {
  const bytes = Uint8Array.fromBase64(base64)
  if (bytes.length % 8 !== 0) throw new Error('a column is cut off')
  return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8)
}
