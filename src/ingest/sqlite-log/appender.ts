import type { Clock } from '../../domain/clock.ts'
import type { OrganisationId } from '../../domain/ids.ts'
import type { LogEntry, LogRecord } from '../../domain/log-record.ts'
import { partitionOf, type Position } from '../../domain/position.ts'
import type { WorkerCalls } from '../../store/worker-calls.ts'
import { Batch, type GroupCommit, type QueueBound } from '../batch.ts'
import { LogBrokenError, LogFullError } from '../reading-log.ts'
import type { WriterCalls } from './calls.ts'
import { asLogError } from './errors.ts'

export interface AppenderParts {
  readonly writer: WorkerCalls<WriterCalls>
  readonly clock: Clock
  readonly epoch: string
  readonly head: Position | undefined
  readonly groupCommit: GroupCommit
  readonly maxQueued: QueueBound
  /** Entries of a commit that is durable now, and how many bytes they are in the file. */
  readonly onCommit: (entries: readonly LogEntry[], bytes: number) => void
  readonly onBroken: (error: LogBrokenError) => void
}

/** A commit above this size starts at once, so that no blob grows without bound. */
const fullBatchBytes = 4 * 1024 * 1024

/** Gathers records into commits. One commit is under way at a time; meanwhile the next one fills. */
export class Appender {
  readonly #parts: AppenderParts
  #head: Position | undefined
  #full: Batch[] = []
  #filling = new Batch()
  #inFlight: Batch | undefined
  #queuedRecords = 0
  #queuedBytes = 0
  #cancelTimer: (() => void) | undefined
  #refusal: LogBrokenError | undefined
  #idle: PromiseWithResolvers<void> | undefined

  constructor(parts: AppenderParts) {
    this.#parts = parts
    this.#head = parts.head
  }

  get head(): Position | undefined {
    return this.#head
  }

  append(record: LogRecord): Promise<Position> {
    const refusal = this.#refusal ?? this.#fullNow()
    if (refusal !== undefined) return Promise.reject(refusal)
    try {
      const batch = this.#take(record)
      const position = batch.durable()
      this.#schedule(batch)
      return position
    } catch (error) {
      return Promise.reject(asError(error))
    }
  }

  /** As `append` for each, with one promise for all: a promise a message would be a tenth of the work. */
  async appendAll(records: readonly LogRecord[]): Promise<void> {
    const refusal = this.#refusal ?? this.#fullNow()
    if (refusal !== undefined) throw refusal
    const durable: Promise<unknown>[] = []
    let left = records.length
    try {
      for (const record of records) {
        const batch = this.#take(record)
        left -= 1
        if (left === 0 || this.#isFull(batch)) durable.push(batch.durable())
        this.#schedule(batch)
      }
    } catch (error) {
      durable.push(Promise.reject(asError(error)))
    }
    await Promise.all(durable)
  }

  #take(record: LogRecord): Batch {
    const batch = this.#filling
    const before = batch.size
    batch.add(record)
    this.#queuedRecords++
    this.#queuedBytes += batch.size - before
    return batch
  }

  #isFull({ count, size }: Batch): boolean {
    return count >= this.#parts.groupCommit.maxRecords || size >= fullBatchBytes
  }

  /** Refuses new records and resolves when the accepted ones are durable or rejected. */
  async close(): Promise<void> {
    this.#refusal ??= new LogBrokenError('the reading log is closed')
    this.#startCommit(true)
    if (this.#inFlight === undefined) return
    this.#idle ??= Promise.withResolvers<void>()
    await this.#idle.promise
  }

  /** The medium is gone: nobody who waits may go on waiting. */
  break(error: LogBrokenError): void {
    this.#refusal = error
    this.#cancelTimer?.()
    const lost = [this.#inFlight, ...this.#full, this.#filling]
    this.#full = []
    this.#filling = new Batch()
    for (const batch of lost) if (batch !== undefined) this.#reject(batch, error)
    this.#parts.onBroken(error)
  }

  #fullNow(): LogFullError | undefined {
    const { records, bytes } = this.#parts.maxQueued
    if (this.#queuedRecords < records && this.#queuedBytes < bytes) return undefined
    return new LogFullError(
      `${this.#queuedRecords} records (${this.#queuedBytes} bytes) wait for the disk already`,
    )
  }

  #schedule(batch: Batch): void {
    const { clock, groupCommit } = this.#parts
    if (this.#isFull(batch)) {
      this.#full.push(batch)
      this.#filling = new Batch()
      this.#startCommit(false)
    } else if (this.#inFlight === undefined && this.#cancelTimer === undefined) {
      this.#cancelTimer = clock.after(groupCommit.maxDelay, () => this.#startCommit(true))
    }
  }

  /** `due`: also a batch that is not full has waited long enough. */
  #startCommit(due: boolean): void {
    if (this.#inFlight !== undefined) return
    const batch = this.#full.shift() ?? (due ? this.#takeFilling() : undefined)
    if (batch === undefined) return
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    this.#inFlight = batch
    void this.#commit(batch)
  }

  #takeFilling(): Batch | undefined {
    if (this.#filling.count === 0) return undefined
    const batch = this.#filling
    this.#filling = new Batch()
    return batch
  }

  async #commit(batch: Batch): Promise<void> {
    const { writer, clock } = this.#parts
    const sequence = (this.#head?.sequence ?? 0) + 1
    const { bytes, lengths } = batch.content()
    try {
      const request = { sequence, committed: clock.now(), bytes, lengths }
      await writer.call('commit', request, [bytes.buffer])
    } catch (error) {
      this.#failed(batch, error)
      return
    }
    if (this.#inFlight !== batch) return
    this.#inFlight = undefined
    const entries = this.#place(batch, sequence)
    this.#parts.onCommit(entries, batch.size)
    this.#next()
  }

  #failed(batch: Batch, cause: unknown): void {
    if (this.#inFlight !== batch) return
    const error = asLogError(cause)
    if (error instanceof LogBrokenError) {
      this.break(error)
    } else {
      this.#inFlight = undefined
      this.#reject(batch, error)
      this.#next()
    }
  }

  #next(): void {
    this.#startCommit(true)
    if (this.#inFlight === undefined) this.#idle?.resolve()
  }

  /** Tells everybody in the batch where their record stands. */
  #place(batch: Batch, sequence: number): readonly LogEntry[] {
    this.#forget(batch)
    const { epoch } = this.#parts
    let organisation: OrganisationId | undefined
    let partition = 0
    const entries = batch.records.map((record, index): LogEntry => {
      // Mostly the same as of the record before, and the hash walks its letters.
      if (record.organisation !== organisation) {
        organisation = record.organisation
        partition = partitionOf(organisation)
      }
      return { position: { epoch, partition, sequence, index }, record }
    })
    this.#head = entries.at(-1)?.position ?? this.#head
    for (const { index, resolve } of batch.waiting) {
      const position = entries[index]?.position
      if (position !== undefined) resolve(position)
    }
    return entries
  }

  #reject(batch: Batch, error: Error): void {
    this.#forget(batch)
    for (const { reject } of batch.waiting) reject(error)
    if (batch === this.#inFlight) this.#inFlight = undefined
    this.#idle?.resolve()
  }

  #forget(batch: Batch): void {
    this.#queuedRecords -= batch.count
    this.#queuedBytes -= batch.size
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
