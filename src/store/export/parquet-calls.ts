import type { NamedReading } from './format.ts'

/** What the writer of a Parquet file asks of its worker, in this order. */
export type ParquetCalls = {
  /** `folder` takes what does not fit in memory. */
  readonly open: { readonly request: { readonly folder: string }; readonly reply: null }
  readonly append: { readonly request: readonly NamedReading[]; readonly reply: null }
  readonly write: { readonly request: { readonly file: string }; readonly reply: null }
}
