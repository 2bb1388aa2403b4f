import type { StoredReading } from '../reading-store.ts'

/** What an export can be written as. */
export const exportFormats = ['csv', 'ndjson', 'line', 'parquet'] as const
export type ExportFormat = (typeof exportFormats)[number]

/** What a point measured when the reading was taken. Texts are empty where nothing is known. */
export interface PointName {
  /** Ids, which never change. */
  readonly asset: string
  readonly role: string
  readonly device: string
  /** Key of the point in the device's type. */
  readonly key: string
  /** UCUM code. */
  readonly unit: string
}

/** One row of an export. */
export interface NamedReading {
  readonly name: PointName
  readonly reading: StoredReading
}

/** Which kind a value is, where the format itself cannot tell `"1"` from `1`. */
export type ValueKind = 'number' | 'text' | 'boolean' | 'none'

export function kindOf(value: StoredReading['value']): ValueKind {
  if (typeof value === 'number') return 'number'
  if (typeof value === 'string') return 'text'
  return value === null ? 'none' : 'boolean'
}

/** A format of lines, which needs no file and no memory beyond the row at hand. */
export interface LineFormat {
  /** Written once, before the first row, also when there is none. */
  readonly head: string
  /** One row with its line end. */
  readonly row: (row: NamedReading) => string
}
