import type { LogEntry, LogRecord } from '../domain/log-record.ts'
import type { Position } from '../domain/position.ts'
import type { DurationUs, TimeUs } from '../domain/time.ts'

/**
 * The log is full, its queue is, or it did not answer in time: the sender must try again later.
 * After silence the record may have been stored all the same, and is stored once more then.
 */
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

/** What to keep. Left out: no such bound. */
export interface Retention {
  /** Whole commits older than this go. */
  readonly maxAge?: DurationUs
  /** The oldest commits go while the log holds more than this. */
  readonly maxBytes?: number
  /** Commits younger than this stay whatever `maxBytes` says: the longest look-back of any rule. */
  readonly minAge?: DurationUs
}

/** What a call of `retain` did. */
export interface Retained {
  readonly deletedCommits: number
  /** The consumer that holds back the most; undefined while no consumer has released anything. */
  readonly slowest: string | undefined
}

/**
 * The durability boundary. What `append` has resolved survives a power cut; until then the sender
 * has no acknowledgement. One order for all; every consumer reads at its own pace.
 */
export interface ReadingLog extends AsyncDisposable {
  /** Random, made with the log. */
  readonly epoch: string
  /** Other processes append too, so `head` may lag a little behind what they have. */
  readonly shared: boolean
  /** Undefined when an acknowledged record survives a power cut; else what it does not survive. */
  readonly weakness?: string
  /** Resolves after fsync with the record's place. Rejects with LogFullError or LogBrokenError. */
  append(record: LogRecord): Promise<Position>
  /**
   * The same for many, in their order; resolves when all are durable. A rejection says that not all
   * are: those that are will be stored once more when the sender repeats them.
   */
  appendAll(records: readonly LogRecord[]): Promise<void>
  /** Entries in order; empty at the end. Rejects with Problem unavailable when it may work later. */
  read(request: ReadRequest): Promise<readonly LogEntry[]>
  /** Place of the newest durable record; undefined while the log is empty. */
  head(): Position | undefined
  /** Called after each commit with the number of its records; returns how to stop. */
  onCommit(listener: (records: number) => void): () => void
  /** The consumer no longer needs anything up to and including `position`: a low-water mark for retention. */
  release(consumer: string, position: Position): Promise<void>
  /**
   * Deletes whole commits that are too old or too many, oldest first, but never past the slowest
   * consumer and never within `minAge`; nothing while no consumer has released anything. Rejects
   * with LogBrokenError, or with Problem unavailable when it may work later.
   */
  retain(retention: Retention, now: TimeUs): Promise<Retained>
  /**
   * Calls `listener` for every record that can no longer be read, once each while the process
   * lives; returns how to stop.
   */
  onCorrupt(listener: (corrupt: CorruptRecord) => void): () => void
  /** Resolves (never rejects) with the failure if the medium breaks. */
  readonly broken: Promise<LogBrokenError>
}
