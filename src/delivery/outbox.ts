import type { CancelTimer } from '../domain/clock.ts'
import { durationUs, SECOND } from '../domain/time.ts'
import { deliver, describeFailure, type DeliveryParts } from './deliver.ts'
import { leaseOne, type LeasedRow } from './rows.ts'

/** Rows delivered at the same time. */
export const LANES = 4

/** What nobody announced by `wake` is found so soon. */
export const POLL = durationUs(5 * SECOND)

/**
 * Sends what other folders left in the table `outbox`, at least once each. Any number may run on
 * one database. Disposal waits for the tries in flight, at most 45 s.
 */
export interface Outbox extends AsyncDisposable {
  /** Begins to look for due rows, at once and then every 5 s. Starting twice is starting once. */
  start(): void
  /** Something was put in: looks now. Does nothing before `start`. */
  wake(): void
  /** Tries everything that is due now, once; resolves to how many rows that were. */
  drain(): Promise<number>
}

export function createOutbox(parts: DeliveryParts): Outbox {
  return new DatabaseOutbox(parts)
}

class DatabaseOutbox implements Outbox {
  readonly #parts: DeliveryParts
  readonly #drains = new Set<Promise<number>>()
  #started = false
  #stopped = false
  #working = false
  #wokenMeanwhile = false
  #cancelPoll: CancelTimer | undefined

  constructor(parts: DeliveryParts) {
    this.#parts = parts
  }

  start(): void {
    if (this.#started) return
    this.#started = true
    this.wake()
  }

  wake(): void {
    if (!this.#started || this.#stopped) return
    if (this.#working) {
      this.#wokenMeanwhile = true
      return
    }
    this.#cancelPoll?.()
    this.#working = true
    void this.#pass()
  }

  async drain(): Promise<number> {
    if (this.#stopped) throw new Error('the outbox is closed')
    const drain = this.#drain()
    this.#drains.add(drain)
    try {
      return await drain
    } finally {
      this.#drains.delete(drain)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    this.#cancelPoll?.()
    await Promise.allSettled(this.#drains)
  }

  /** One look at the table. Never rejects: a database that is away is asked again at the next poll. */
  async #pass(): Promise<void> {
    try {
      await this.drain()
    } catch (error) {
      this.#parts.log.error({ error: describeFailure(error) }, 'the outbox cannot be read')
    }
    this.#working = false
    if (this.#stopped) return
    const again = this.#wokenMeanwhile
    this.#wokenMeanwhile = false
    if (again) this.wake()
    else this.#cancelPoll = this.#parts.clock.after(POLL, () => this.wake())
  }

  async #drain(): Promise<number> {
    // One lane looks first: most of the time nothing is due, and one question is enough.
    const first = await this.#lease()
    if (first === undefined) return 0
    const others = Array.from({ length: LANES - 1 }, () => this.#lane())
    const lanes = await Promise.allSettled([this.#lane(first), ...others])
    let delivered = 0
    for (const lane of lanes) {
      if (lane.status === 'rejected') throw lane.reason
      delivered += lane.value
    }
    return delivered
  }

  async #lane(first?: LeasedRow): Promise<number> {
    let count = 0
    let row = first ?? (await this.#lease())
    while (row !== undefined) {
      await deliver(this.#parts, row)
      count += 1
      row = await this.#lease()
    }
    return count
  }

  async #lease(): Promise<LeasedRow | undefined> {
    if (this.#stopped) return undefined
    return leaseOne(this.#parts.database, this.#parts.clock.now())
  }
}
