import type { Clock } from '../../domain/clock.ts'
import type { LogRecord } from '../../domain/log-record.ts'
import type { Position } from '../../domain/position.ts'
import type { DurationUs } from '../../domain/time.ts'
import { Batch, type GroupCommit } from '../batch.ts'
import { maxEncodedBytes } from '../log-codec.ts'
import { packCommit } from '../packed-commit.ts'
import { LogBrokenError, LogFullError } from '../reading-log.ts'
import type { Commit } from './publisher.ts'

export interface LaneParts {
  readonly partition: number
  readonly epoch: string
  readonly clock: Clock
  readonly groupCommit: GroupCommit
  /** A commit with this much is full; one record may be larger. */
  readonly commitBytes: number
  /** A record that is not durable after this time is refused. */
  readonly maxWait: DurationUs
  readonly publish: (commit: Commit, signal: AbortSignal) => Promise<number>
  readonly committed: (newest: Position) => void
  /** Records and bytes that are no longer waited for. */
  readonly settled: (records: number, bytes: number) => void
  readonly onBroken: (error: LogBrokenError) => void
}

/** Records that will be one commit, and how to give up on them. */
interface Waiting {
  readonly batch: Batch
  readonly giveUp: AbortController
  readonly cancelDeadline: () => void
}

/** What both directories of a commit say about one record. */
const directoryBytes = 16

/**
 * The way of one partition's records into the stream. One commit is under way at a time and the
 * next one fills meanwhile. When one fails, so does everything that was accepted behind it: what a
 * sender sent later is never stored while what it sent earlier was refused.
 */
export class Lane {
  readonly #parts: LaneParts
  /** Oldest first; the first may be under way, the last may still fill. */
  #waiting: Waiting[] = []
  #underWay: Waiting | undefined
  #cancelTimer: (() => void) | undefined
  #newest = 0

  constructor(parts: LaneParts) {
    this.#parts = parts
  }

  /** Takes the record; `took` is told how many bytes it has. Throws what `encodeRecord` throws. */
  append(record: LogRecord, took: (bytes: number) => void): Promise<Position> {
    const { clock, groupCommit } = this.#parts
    const taking = this.#batchFor(record)
    const { batch } = taking
    const before = batch.size
    try {
      batch.add(record)
    } catch (error) {
      if (batch.count === 0) this.#discard(taking)
      throw error
    }
    took(batch.size - before)
    const position = batch.durable()
    if (this.#isFull(batch)) this.#next(false)
    else if (this.#underWay === undefined && this.#cancelTimer === undefined) {
      this.#cancelTimer = clock.after(groupCommit.maxDelay, () => this.#next(true))
    }
    return position
  }

  /** Sends what has gathered without waiting for more. */
  flush(): void {
    this.#next(true)
  }

  /** Refuses everything that waits. */
  refuse(error: Error): void {
    this.#refuseFrom(0, error)
  }

  #isFull(batch: Batch): boolean {
    const { groupCommit, commitBytes } = this.#parts
    return batch.count >= groupCommit.maxRecords || packedBytes(batch) >= commitBytes
  }

  #hasRoom(batch: Batch, record: LogRecord): boolean {
    // A batch in which nothing stands yet takes a record of any size.
    if (batch.count === 0) return true
    const more = maxEncodedBytes(record) + directoryBytes
    return !this.#isFull(batch) && packedBytes(batch) + more <= this.#parts.commitBytes
  }

  #batchFor(record: LogRecord): Waiting {
    const { clock, maxWait } = this.#parts
    const last = this.#waiting.at(-1)
    const filling = last === this.#underWay ? undefined : last
    if (filling !== undefined && this.#hasRoom(filling.batch, record)) return filling
    const giveUp = new AbortController()
    const cancelDeadline = clock.after(maxWait, () => this.#expired(waiting))
    const waiting: Waiting = { batch: new Batch(), giveUp, cancelDeadline }
    this.#waiting.push(waiting)
    if (this.#waiting.length > 1) this.#next(false)
    return waiting
  }

  /** `due`: also a commit that is not full has waited long enough. */
  #next(due: boolean): void {
    const [first, second] = this.#waiting
    if (this.#underWay !== undefined || first === undefined) return
    if (first.batch.count === 0) return
    if (!due && second === undefined && !this.#isFull(first.batch)) return
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    this.#underWay = first
    void this.#publish(first)
  }

  async #publish(waiting: Waiting): Promise<void> {
    const { publish, partition } = this.#parts
    const { batch, giveUp } = waiting
    const { bytes, lengths } = batch.content()
    const loose = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    const packed = packCommit({ bytes: loose, lengths })
    try {
      const commit = { partition, records: batch.count, packed }
      const sequence = await publish(commit, giveUp.signal)
      this.#underWay = undefined
      if (this.#waiting[0] === waiting) this.#stored(waiting, sequence)
    } catch (error) {
      this.#underWay = undefined
      this.#failed(waiting, error)
    }
    this.#next(true)
  }

  #stored({ batch, cancelDeadline }: Waiting, sequence: number): void {
    const { epoch, partition, committed, settled } = this.#parts
    if (sequence <= this.#newest) {
      const error = new LogBrokenError(`the stream gave commit ${sequence} a second time`)
      this.refuse(error)
      this.#parts.onBroken(error)
      return
    }
    this.#newest = sequence
    this.#waiting.shift()
    cancelDeadline()
    settled(batch.count, batch.size)
    committed({ epoch, partition, sequence, index: batch.count - 1 })
    for (const { index, resolve } of batch.waiting) {
      resolve({ epoch, partition, sequence, index })
    }
  }

  #failed(waiting: Waiting, cause: unknown): void {
    const error = cause instanceof Error ? cause : new Error(String(cause))
    const at = this.#waiting.indexOf(waiting)
    if (at >= 0) this.#refuseFrom(at, error)
    if (error instanceof LogBrokenError) this.#parts.onBroken(error)
  }

  #discard(waiting: Waiting): void {
    waiting.cancelDeadline()
    this.#waiting = this.#waiting.filter((one) => one !== waiting)
  }

  #expired(waiting: Waiting): void {
    const at = this.#waiting.indexOf(waiting)
    if (at < 0) return
    const seconds = this.#parts.maxWait / 1_000_000
    const error = new LogFullError(`NATS did not confirm the messages within ${seconds} s`)
    this.#refuseFrom(at, error)
  }

  /** Whoever came later has waited for less time, and yet must not overtake. */
  #refuseFrom(at: number, error: Error): void {
    const refused = this.#waiting.splice(at)
    for (const { batch, giveUp, cancelDeadline } of refused) {
      cancelDeadline()
      giveUp.abort()
      this.#parts.settled(batch.count, batch.size)
      for (const { reject } of batch.waiting) reject(error)
    }
  }
}

function packedBytes({ size, count }: Batch): number {
  return size + count * directoryBytes
}
