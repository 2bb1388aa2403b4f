import type { Logger } from 'pino'
import type { CancelTimer, Clock, Random } from '../../domain/clock.ts'
import type { Position } from '../../domain/position.ts'
import { durationUs, MINUTE, type DurationUs } from '../../domain/time.ts'
import type { ReadingsOfRecord, ReadingStore } from '../../store/reading-store.ts'
import { StoppedError } from '../retry.ts'
import { pauseAfter } from './back-off.ts'
import { endOfBatch, type BatchBound } from './batch.ts'
import {
  closedCircuit,
  failed,
  faultText,
  probing,
  written,
  type Circuit,
} from './circuit.ts'
import { faultOf, isRefused } from './faults.ts'
import { PoisonFinder, type RefusedReading } from './poison.ts'

export interface HistoryWriterParts {
  readonly store: Pick<ReadingStore, 'write' | 'rewrite' | 'latest'>
  /** Puts what the store refuses where it can be found; resolves when it is durable. */
  readonly quarantine: (refused: readonly RefusedReading[]) => Promise<void>
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

const fullBatch: BatchBound = { records: 5_000, bytes: 16 * 1024 * 1024 }
const smallBatch: BatchBound = { records: 100, bytes: 1024 * 1024 }
/** Where only a person can help, somebody looks this often whether they have. */
const slowProbe = MINUTE

/** A batch that is being written. */
interface UnderWay {
  readonly cursor: Position
  /** Resolves when it is stored, or given up because of a stop. */
  readonly over: Promise<void>
}

/**
 * Writes readings in the order of the log until they are stored, whatever the store does meanwhile:
 * waits for it, spares it, and puts aside what it will never take. Nothing is given up.
 */
export class HistoryWriter {
  readonly #parts: HistoryWriterParts
  readonly #poison: PoisonFinder
  #circuit: Circuit
  #stopped = false
  /** Ends the pause under way. */
  #wake: (() => void) | undefined
  /** The write that was asked for last, while it is under way. */
  #last: UnderWay | undefined

  constructor(parts: HistoryWriterParts) {
    this.#parts = parts
    this.#poison = new PoisonFinder(parts.store)
    this.#circuit = closedCircuit(parts.clock.now())
  }

  circuit(): Circuit {
    return this.#circuit
  }

  /** Why nothing is written now; undefined while all is well. */
  failure(): string | undefined {
    return faultText(this.#circuit)
  }

  /** Ends every pause; what waits for the store rejects with StoppedError. */
  stop(): void {
    this.#stopped = true
    this.#wake?.()
  }

  /**
   * Resolves when every reading is in the store or in quarantine and the store's cursor stands at
   * `cursor`, which lies at or behind the last record. The next batch may be given before this one
   * is stored, so that a healthy store never waits for us. May be called again with the same records
   * after a rejection. Rejects with StoppedError only.
   */
  async write(records: readonly ReadingsOfRecord[], cursor: Position): Promise<void> {
    const before = this.#last
    const { promise, resolve } = Promise.withResolvers<void>()
    const own: UnderWay = { cursor, over: promise }
    this.#last = own
    try {
      if (before !== undefined) {
        if (await this.#rightBehind(before, records, cursor)) return
        await before.over
      }
      await this.#persist(records, cursor)
    } finally {
      if (this.#last === own) this.#last = undefined
      resolve()
    }
  }

  /** Tries once, while the batch before is still under way. What went wrong shows again by itself. */
  async #rightBehind(
    before: UnderWay,
    records: readonly ReadingsOfRecord[],
    cursor: Position,
  ): Promise<boolean> {
    const whole = endOfBatch(records, 0, fullBatch) >= records.length
    if (this.#stopped || this.#circuit.state !== 'closed' || !whole) return false
    try {
      await this.#parts.store.write(records, cursor, before.cursor)
    } catch (error) {
      this.#parts.logger.debug({ err: error }, 'a batch waits for the one before it')
      return false
    }
    this.#poison.landed(records)
    this.#tell(written(this.#circuit, this.#parts.clock.now()))
    return true
  }

  async #persist(records: readonly ReadingsOfRecord[], cursor: Position): Promise<void> {
    let done = 0
    for (;;) {
      if (this.#stopped) throw new StoppedError('stopped before history was written')
      const bound = this.#circuit.state === 'closed' ? fullBatch : smallBatch
      const end = endOfBatch(records, done, bound)
      const whole = end >= records.length
      const to = whole ? cursor : (records[end - 1]?.position ?? cursor)
      if (await this.#try(records.slice(done, end), to)) {
        if (whole) return
        done = end
      } else {
        await this.#pause(this.#nextPause())
      }
    }
  }

  async #try(batch: readonly ReadingsOfRecord[], to: Position): Promise<boolean> {
    const { clock } = this.#parts
    this.#circuit = probing(this.#circuit)
    try {
      await this.#land(batch, to)
    } catch (error) {
      this.#tell(failed(this.#circuit, faultOf(error), clock.now()), error)
      return false
    }
    this.#tell(written(this.#circuit, clock.now()))
    return true
  }

  async #land(batch: readonly ReadingsOfRecord[], to: Position): Promise<void> {
    const { store, quarantine } = this.#parts
    try {
      await store.write(batch, to)
      this.#poison.landed(batch)
    } catch (error) {
      if (!isRefused(error)) throw error
      const refused = await this.#poison.find(batch, error)
      // In this order: what the cursor has passed is stored or put aside, whenever we are killed.
      await quarantine(refused)
      await store.write([], to)
    }
  }

  #tell(now: Circuit, error?: unknown): void {
    const { logger } = this.#parts
    const before = this.#circuit
    this.#circuit = now
    if (now.state !== 'closed' && before.state === 'closed') {
      logger.error({ err: error, failures: now.failures }, 'history is not written for now')
    } else if (now.state === 'closed' && before.state !== 'closed') {
      logger.info(
        { since: before.since, failures: before.failures },
        'history is written again',
      )
    } else if (error !== undefined) {
      logger.warn({ err: error, failures: now.failures }, 'history could not be written')
    }
  }

  #nextPause(): DurationUs {
    const { failures, fault } = this.#circuit
    if (fault?.kind === 'blocked') return durationUs(slowProbe)
    return pauseAfter(failures, this.#parts.random, fault?.retryAfter)
  }

  async #pause(length: DurationUs): Promise<void> {
    if (this.#stopped) return
    await new Promise<void>((resolve) => {
      const cancel: CancelTimer = this.#parts.clock.after(length, resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
    this.#wake = undefined
  }
}
