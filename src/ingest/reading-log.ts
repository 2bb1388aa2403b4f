import type { LogEntry, LogRecord } from '../domain/log-record.ts'
import type { Position } from '../domain/position.ts'

/** The log is full or its queue is: nothing was stored, the sender must try again later. */
export class LogFullError extends Error {
  override readonly name = 'LogFullError'
}

/** The medium failed (EIO, disk full at commit). Nothing in the failed commit was acknowledged; the process must end. */
export class LogBrokenError extends Error {
  override readonly name = 'LogBrokenError'
}

/** A stored record that can no longer be read. It is skipped and reported, never served. */
export interface CorruptRecord {
  readonly sequence: number
  /** Undefined when the whole commit is unreadable. */
  readonly index?: number
  readonly reason: string
}

export interface ReadRequest {
  /** Read what stands after this; left out: from the oldest record kept. */
  readonly after?: Position
  /** At most this many records. A commit may be cut inside: `after` names the index. */
  readonly limit: number
}

/**
 * The durability boundary. What `append` has resolved survives a power cut; until then the sender
 * has no acknowledgement. One order for all; every consumer reads at its own pace.
 */
export interface ReadingLog extends AsyncDisposable {
  /** Random, made with the log. */
  readonly epoch: string
  /** Resolves after fsync with the record's place. Rejects with LogFullError or LogBrokenError. */
  append(record: LogRecord): Promise<Position>
  /** Entries in order; empty at the end. */
  read(request: ReadRequest): Promise<readonly LogEntry[]>
  /** Place of the newest durable record; undefined while the log is empty. */
  head(): Position | undefined
  /** Called after each commit; returns how to stop. */
  onCommit(listener: () => void): () => void
  /** The consumer no longer needs anything up to and including `position`: a low-water mark for retention. */
  release(consumer: string, position: Position): Promise<void>
  /** Resolves (never rejects) with the failure if the medium breaks. */
  readonly broken: Promise<LogBrokenError>
}
