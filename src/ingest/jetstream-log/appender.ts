import type { LogRecord } from '../../domain/log-record.ts'
import { partitionOf, type Position } from '../../domain/position.ts'
import { Problem } from '../../domain/problem.ts'
import type { QueueBound } from '../batch.ts'
import { maxEncodedBytes } from '../log-codec.ts'
import { LogBrokenError, LogFullError } from '../reading-log.ts'
import { Lane, type LaneParts } from './lane.ts'
import { envelopeBytes } from './message.ts'

export interface AppenderParts extends Omit<
  LaneParts,
  'partition' | 'settled' | 'commitBytes'
> {
  readonly maxQueued: QueueBound
  /** Largest message the server takes now, in bytes. */
  readonly maxPayload: () => number
}

/** A commit is full at this size, so that one does not hold up the next. */
const fullCommitBytes = 256 * 1024
/** What the two directories add to a commit of one record. */
const directoryBytes = 48

/** Sorts records into the lanes of their partitions and counts what waits in all of them. */
export class Appender {
  readonly #parts: AppenderParts
  readonly #lanes = new Map<number, Lane>()
  #records = 0
  #bytes = 0
  #refusal: LogBrokenError | undefined
  #idle: PromiseWithResolvers<void> | undefined

  constructor(parts: AppenderParts) {
    this.#parts = parts
  }

  append(record: LogRecord): Promise<Position> {
    const refusal = this.#refusal ?? this.#fullNow()
    if (refusal !== undefined) return Promise.reject(refusal)
    try {
      this.#refuseLarge(record)
      return this.#lane(partitionOf(record.organisation)).append(record, (bytes) => {
        this.#records++
        this.#bytes += bytes
      })
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)))
    }
  }

  /** Refuses new records and resolves when the accepted ones are durable or refused. */
  async close(): Promise<void> {
    this.#refusal ??= new LogBrokenError('the reading log is closed')
    for (const lane of this.#lanes.values()) lane.flush()
    if (this.#records === 0) return
    this.#idle ??= Promise.withResolvers<void>()
    await this.#idle.promise
  }

  /** The stream is gone: nobody who waits may go on waiting. */
  break(error: LogBrokenError): void {
    this.#refusal = error
    for (const lane of this.#lanes.values()) lane.refuse(error)
  }

  #lane(partition: number): Lane {
    const known = this.#lanes.get(partition)
    if (known !== undefined) return known
    const lane = new Lane({
      ...this.#parts,
      partition,
      commitBytes: Math.min(fullCommitBytes, this.#parts.maxPayload() / 2),
      settled: (records, bytes) => this.#settled(records, bytes),
    })
    this.#lanes.set(partition, lane)
    return lane
  }

  #settled(records: number, bytes: number): void {
    this.#records -= records
    this.#bytes -= bytes
    if (this.#records === 0) this.#idle?.resolve()
  }

  #fullNow(): LogFullError | undefined {
    const { records, bytes } = this.#parts.maxQueued
    if (this.#records < records && this.#bytes < bytes) return undefined
    return new LogFullError(
      `${this.#records} records (${this.#bytes} bytes) wait for NATS already`,
    )
  }

  #refuseLarge(record: LogRecord): void {
    const most = this.#parts.maxPayload() - envelopeBytes - directoryBytes
    if (maxEncodedBytes(record) <= most) return
    throw new Problem({
      kind: 'too_large',
      what: 'The message is larger than the NATS server takes',
      where: record.kind === 'envelope' ? record.connection : record.control,
      why: `With its topic and device it must not exceed ${most} bytes`,
      next: 'Send it in smaller parts, or raise max_payload of the NATS server',
    })
  }
}
