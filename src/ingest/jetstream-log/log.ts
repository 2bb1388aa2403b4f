import type { StreamInfo } from 'nats'
import type { Logger } from 'pino'
import type { Clock, Random } from '../../domain/clock.ts'
import type { LogEntry, LogRecord } from '../../domain/log-record.ts'
import { comparePositions, type Position } from '../../domain/position.ts'
import type { DurationUs, TimeUs } from '../../domain/time.ts'
import type { GroupCommit, QueueBound } from '../batch.ts'
import { CorruptReports } from '../corrupt-reports.ts'
import { strangePosition } from '../log-refusals.ts'
import {
  LogBrokenError,
  type CorruptRecord,
  type ReadingLog,
  type ReadRequest,
  type Retained,
  type Retention,
} from '../reading-log.ts'
import { Appender } from './appender.ts'
import { CommitReader } from './commit-reader.ts'
import type { Connection } from './connection.ts'
import { asUnavailable, messageOf, saysNoStream } from './errors.ts'
import { Follower } from './follower.ts'
import { Head } from './head.ts'
import type { Marks } from './marks.ts'
import { Publisher } from './publisher.ts'
import { retain } from './retention.ts'
import { damageOf, epochOf, inspect, newestIn } from './stream.ts'

export interface JetStreamLogParts {
  readonly connection: Connection
  readonly stream: string
  readonly epoch: string
  readonly newest: Position | undefined
  readonly marks: Marks
  readonly weakness: string | undefined
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly groupCommit: GroupCommit
  readonly maxQueued: QueueBound
  readonly maxWait: DurationUs
}

/** Puts the appender, the reader, the follower and the marks of one stream together. */
export class JetStreamLog implements ReadingLog {
  readonly epoch: string
  readonly weakness?: string
  readonly broken: Promise<LogBrokenError>
  readonly #parts: JetStreamLogParts
  readonly #break: (error: LogBrokenError) => void
  readonly #head = new Head()
  readonly #reports = new CorruptReports()
  readonly #appender: Appender
  readonly #reader: CommitReader
  readonly #follower: Follower
  readonly shared = true
  #failure: LogBrokenError | undefined

  constructor(parts: JetStreamLogParts) {
    const { connection, epoch, newest, weakness } = parts
    const broken = Promise.withResolvers<LogBrokenError>()
    this.epoch = epoch
    if (weakness !== undefined) this.weakness = weakness
    this.broken = broken.promise
    this.#parts = parts
    if (newest !== undefined) this.#head.advance(newest)
    const checkStream = (): Promise<void> => this.#checkStream()
    const publisher = new Publisher({ ...parts, checkStream })
    this.#break = (error) => {
      this.#failure ??= error
      this.#appender.break(error)
      broken.resolve(error)
    }
    this.#appender = new Appender({
      ...parts,
      publish: (commit, signal) => publisher.publish(commit, signal),
      committed: (position) => this.#head.advance(position),
      onBroken: this.#break,
      maxPayload: () => connection.maxPayload,
    })
    this.#reader = new CommitReader({ ...parts, reports: this.#reports })
    this.#follower = new Follower({ ...parts, head: this.#head, checkStream })
    const gaveUp = new LogBrokenError('the client library gave up the connection to NATS')
    void connection.ended.then((how) => how === 'by itself' && this.#break(gaveUp))
    connection.checkWith(async () => {
      this.#reader.forget()
      // A log that is broken has nothing to wait for any more.
      if (this.#failure === undefined) await checkStream().catch(rethrowUnlessBroken)
    })
  }

  append(record: LogRecord): Promise<Position> {
    return this.#appender.append(record)
  }

  async appendAll(records: readonly LogRecord[]): Promise<void> {
    await Promise.all(records.map((record) => this.#appender.append(record)))
  }

  async read(request: ReadRequest): Promise<readonly LogEntry[]> {
    const { after, limit } = request
    if (!Number.isSafeInteger(limit) || limit < 1) {
      throw new RangeError(`a read needs a limit of 1 and up, not ${limit}`)
    }
    await this.#refuseStranger(after)
    const head = this.head()
    if (head === undefined) return []
    if (after !== undefined && comparePositions(after, head) === 0) return []
    return await this.#ask(() => this.#reader.read(request, head))
  }

  head(): Position | undefined {
    return this.#head.position
  }

  onCommit(listener: (records: number) => void): () => void {
    return this.#head.listen(listener)
  }

  onCorrupt(listener: (corrupt: CorruptRecord) => void): () => void {
    return this.#reports.listen(listener)
  }

  async release(consumer: string, position: Position): Promise<void> {
    await this.#refuseStranger(position)
    this.#parts.marks.release(consumer, position)
  }

  retain(retention: Retention, now: TimeUs): Promise<Retained> {
    return this.#ask(() => retain(this.#parts, retention, now))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { connection, marks, logger } = this.#parts
    await this.#appender.close()
    await marks.flush().catch((error: unknown) => {
      logger.warn({ why: messageOf(error) }, 'marks were not written; more is kept')
    })
    await Promise.all([this.#follower[Symbol.asyncDispose](), this.#reader.close()])
    await connection[Symbol.asyncDispose]()
  }

  /**
   * A cursor of another log, or of a longer copy of this one, must not be read from. Another process
   * may know of commits that have not been heard of here, so the server is asked before one is
   * refused.
   */
  async #refuseStranger(position: Position | undefined): Promise<void> {
    if (position === undefined) return
    const refusal = (): Error | undefined =>
      strangePosition(position, { epoch: this.epoch, head: this.head() })
    if (refusal() === undefined) return
    if (position.epoch === this.epoch) await this.#ask(() => this.#catchUp())
    const certain = refusal()
    if (certain !== undefined) throw certain
  }

  /** Waits a while for a connection that is down; who reads is then there the moment it is back. */
  async #ask<T>(work: () => Promise<T>): Promise<T> {
    const { connection, clock, maxWait } = this.#parts
    const patience = new AbortController()
    const cancel = clock.after(maxWait, () => patience.abort())
    try {
      await connection.ready(patience.signal)
      if (this.#failure === undefined) return await work()
    } catch (error) {
      throw asUnavailable(error)
    } finally {
      cancel()
    }
    throw this.#failure
  }

  async #catchUp(): Promise<void> {
    const { connection, stream } = this.#parts
    const newest = await connection.during(() => newestIn(connection, stream, this.epoch))
    if (newest !== undefined) this.#head.advance(newest)
  }

  /** Whether the stream is still the one that was opened, with everything that was in it. */
  async #checkStream(): Promise<void> {
    const { connection, stream } = this.#parts
    const known = this.head()?.sequence ?? 0
    const fault = await this.#faultOf(() => inspect(connection, stream), known)
    if (fault === undefined) return
    const error = new LogBrokenError(`stream ${stream}: ${fault}`)
    this.#break(error)
    throw error
  }

  async #faultOf(
    ask: () => Promise<StreamInfo>,
    known: number,
  ): Promise<string | undefined> {
    try {
      const { config, state } = await ask()
      if (epochOf(config) !== this.epoch) return 'another log was made under its name'
      if (state.last_seq >= known) return damageOf(state)
      return `it ends at commit ${state.last_seq}, and has held ${known}`
    } catch (error) {
      if (saysNoStream(error)) return 'it was deleted'
      throw error
    }
  }
}

function rethrowUnlessBroken(error: unknown): void {
  if (!(error instanceof LogBrokenError)) throw error
}
