/** What the log asks of its two workers. */

import type { TimeUs } from '../../domain/time.ts'

/** How a worker is told which file it works on. */
export interface LogFile {
  readonly file: string
  /** Used when the file is made now. */
  readonly newEpoch: string
  /** The file grows no larger than this; beyond it, the log is full. */
  readonly maxFileBytes: number
}

/** How far one consumer has come. */
export interface Mark {
  readonly consumer: string
  readonly partition: number
  readonly sequence: number
  readonly index: number
}

/** One commit as it stands in the file. */
export interface PackedCommit {
  readonly sequence: number
  readonly records: number
  readonly packed: Uint8Array<ArrayBuffer>
}

export interface Opened {
  readonly epoch: string
  readonly newest: PackedCommit | undefined
  readonly marks: readonly Mark[]
}

export interface CommitRequest {
  readonly sequence: number
  readonly committed: TimeUs
  readonly bytes: Uint8Array
  readonly lengths: Uint32Array
}

export interface DeleteRequest {
  /** Only commits before this one. */
  readonly below: number
  /** Delete what was committed before this time. */
  readonly before: TimeUs | undefined
  /** Delete while the file holds more live bytes than this. */
  readonly maxBytes: number | undefined
  /** Keep what was committed at this time or later. */
  readonly keepSince: TimeUs | undefined
}

export type WriterCalls = {
  readonly open: { readonly request: LogFile; readonly reply: Opened }
  readonly commit: { readonly request: CommitRequest; readonly reply: null }
  readonly mark: { readonly request: readonly Mark[]; readonly reply: null }
  /** Deletes a bounded number of the oldest commits; the reply says how many. */
  readonly delete: { readonly request: DeleteRequest; readonly reply: number }
  readonly close: { readonly request: null; readonly reply: null }
}

export interface FetchRequest {
  readonly after: { readonly sequence: number; readonly index: number } | undefined
  /** No commit later than this one. */
  readonly upTo: number
  readonly limit: number
}

export type ReaderCalls = {
  readonly open: { readonly request: { readonly file: string }; readonly reply: null }
  /** Whole commits, oldest first: enough for `limit` records or 16 MiB, and at least one. */
  readonly fetch: {
    readonly request: FetchRequest
    readonly reply: readonly PackedCommit[]
  }
  readonly close: { readonly request: null; readonly reply: null }
}
