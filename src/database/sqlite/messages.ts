/** What the main thread and a database worker say to one another. */

export type SqlValue = string | number | null | Uint8Array

/** How a worker is started. */
export interface WorkerStart {
  readonly file: string
  readonly mode: 'write' | 'read'
}

export interface WorkerRequest {
  readonly id: number
  readonly sql: string
  readonly parameters: readonly SqlValue[]
}

export type WorkerReply =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'rows'
      readonly id: number
      readonly rows: unknown[]
      /** Rows that an insert, update or delete touched; null after a query. */
      readonly changes: number | null
    }
  | {
      readonly kind: 'failed'
      /** Null: the file could not be opened. */
      readonly id: number | null
      readonly message: string
      /** SQLite's extended result code; 0 when it was not SQLite that refused. */
      readonly code: number
    }
