import type { Clock } from '../../domain/clock.ts'
import type { LogEntry, LogRecord } from '../../domain/log-record.ts'
import { comparePositions, type Position } from '../../domain/position.ts'
import { Problem } from '../../domain/problem.ts'
import type { TimeUs } from '../../domain/time.ts'
import type { WorkerCalls } from '../../store/worker-calls.ts'
import type { GroupCommit, QueueBound } from '../batch.ts'
import { CorruptReports } from '../corrupt-reports.ts'
import { strangePosition } from '../log-refusals.ts'
import type {
  CorruptRecord,
  LogBrokenError,
  ReadRequest,
  ReadingLog,
  Retained,
  Retention,
} from '../reading-log.ts'
import { Appender } from './appender.ts'
import type { Opened, ReaderCalls, WriterCalls } from './calls.ts'
import { asLogError } from './errors.ts'
import { RecordReader } from './record-reader.ts'
import { Retainer } from './retention.ts'
import type { Tail } from './tail.ts'

export interface LogParts {
  readonly writer: WorkerCalls<WriterCalls>
  readonly reader: WorkerCalls<ReaderCalls>
  readonly opened: Opened
  readonly head: Position | undefined
  readonly tail: Tail
  readonly clock: Clock
  readonly groupCommit: GroupCommit
  readonly maxQueued: QueueBound
}

/** Puts the appender, the reader and the retainer of one file together. */
export class FileLog implements ReadingLog {
  readonly epoch: string
  readonly shared = false
  readonly broken: Promise<LogBrokenError>
  readonly #parts: LogParts
  readonly #appender: Appender
  readonly #reader: RecordReader
  readonly #retainer: Retainer
  readonly #commitListeners = new Set<(records: number) => void>()
  readonly #corruptReports = new CorruptReports()

  constructor(parts: LogParts) {
    const { writer, reader, opened } = parts
    const broken = Promise.withResolvers<LogBrokenError>()
    this.epoch = opened.epoch
    this.broken = broken.promise
    this.#parts = parts
    this.#appender = new Appender({
      ...parts,
      epoch: opened.epoch,
      onCommit: (entries, bytes) => {
        const { sequence } = entries[0]?.position ?? {}
        if (sequence !== undefined) parts.tail.add(sequence, entries, bytes)
        for (const listener of this.#commitListeners) listener(entries.length)
      },
      onBroken: broken.resolve,
    })
    this.#reader = new RecordReader(reader, opened.epoch, this.#corruptReports)
    const failed = (cause: unknown): void => void this.#broke(cause)
    this.#retainer = new Retainer(parts, opened.marks, failed)
    void writer.died.then(failed)
    void reader.died.then(failed)
  }

  append(record: LogRecord): Promise<Position> {
    return this.#appender.append(record)
  }

  appendAll(records: readonly LogRecord[]): Promise<void> {
    return this.#appender.appendAll(records)
  }

  async read(request: ReadRequest): Promise<readonly LogEntry[]> {
    const { after, limit } = request
    if (!Number.isSafeInteger(limit) || limit < 1) {
      throw new RangeError(`a read needs a limit of 1 and up, not ${limit}`)
    }
    this.#refuseStranger(after)
    const head = this.head()
    if (head === undefined) return []
    if (after !== undefined && comparePositions(after, head) === 0) return []
    return this.#parts.tail.read(request) ?? this.#orBreak(this.#reader.read(request, head))
  }

  head(): Position | undefined {
    return this.#appender.head
  }

  onCommit(listener: (records: number) => void): () => void {
    this.#commitListeners.add(listener)
    return () => this.#commitListeners.delete(listener)
  }

  onCorrupt(listener: (corrupt: CorruptRecord) => void): () => void {
    return this.#corruptReports.listen(listener)
  }

  async release(consumer: string, position: Position): Promise<void> {
    this.#refuseStranger(position)
    this.#retainer.release(consumer, position, this.head())
  }

  retain(retention: Retention, now: TimeUs): Promise<Retained> {
    return this.#orBreak(this.#retainer.retain(retention, now))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { writer, reader } = this.#parts
    await this.#appender.close()
    // A worker that has died has nothing left to close.
    await Promise.allSettled([
      this.#retainer.flush().then(() => writer.call('close', null)),
      reader.call('close', null),
    ])
    await Promise.all([writer.stop(), reader.stop()])
  }

  /** A cursor of another log, or of a longer copy of this one, must not be read from. */
  #refuseStranger(position: Position | undefined): void {
    if (position === undefined) return
    const refusal = strangePosition(position, { epoch: this.epoch, head: this.head() })
    if (refusal !== undefined) throw refusal
  }

  async #orBreak<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (cause) {
      throw cause instanceof Problem ? cause : this.#broke(cause)
    }
  }

  #broke(cause: unknown): Error {
    const error = asLogError(cause)
    if (error.name === 'LogBrokenError') this.#appender.break(error)
    return error
  }
}
