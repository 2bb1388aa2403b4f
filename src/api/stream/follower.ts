import type { Logger } from 'pino'
import type { Database } from '../../database/database.ts'
import type { CancelTimer, Clock } from '../../domain/clock.ts'
import type { OrganisationId } from '../../domain/ids.ts'
import { durationUs, MS, SECOND } from '../../domain/time.ts'
import { coalesce, currentNumber, rowsAfter } from './feed-rows.ts'
import type { StreamClient } from './stream-client.ts'

/** Changes within this time go out together. */
export const GATHER = durationUs(250 * MS)
/** Pause after a feed could not be read. */
export const RETRY = SECOND
/** A client that cannot be brought up to date in this many reads is told to load anew. */
const ROUNDS = 10

export interface FollowerParts {
  readonly database: Database
  readonly clock: Clock
  readonly log: Logger
}

/** Reads the feed of one organisation once for all its clients. */
export class Follower {
  readonly #parts: FollowerParts
  readonly #organisation: OrganisationId
  readonly #clients = new Set<StreamClient>()
  /** The feed was read up to here; nobody cares before the first client comes. */
  #readUpTo = 0
  /** Clients that are being brought up to date; what is read meanwhile makes them read again. */
  #joining = 0
  #timer: CancelTimer | undefined
  #reading = false
  #again = false
  #closed = false

  constructor(parts: FollowerParts, organisation: OrganisationId) {
    this.#parts = parts
    this.#organisation = organisation
  }

  /** Something was told to the feed: read it soon, once, however often this is called. */
  wake(): void {
    if (this.#closed || this.#timer !== undefined) return
    if (this.#reading) this.#again = true
    else this.#schedule(GATHER)
  }

  /** The newest number of the feed. */
  async current(): Promise<number> {
    const current = await currentNumber(this.#query())
    // With nobody listening there is nothing to be read in between.
    if (this.#clients.size === 0) this.#readUpTo = Math.max(this.#readUpTo, current)
    return current
  }

  /** Sends the client everything it does not know and keeps it informed from then on, without a gap. */
  async join(client: StreamClient): Promise<void> {
    this.#joining += 1
    try {
      for (let round = 0; round < ROUNDS && !client.closed; round += 1) {
        await this.#bringOn(client)
        // Nothing awaits between this look and joining, so nothing can slip in between.
        if (client.knows >= this.#readUpTo) break
      }
    } finally {
      this.#joining -= 1
    }
    if (client.closed || this.#closed) return
    if (client.knows < this.#readUpTo) client.resync(this.#readUpTo)
    this.#clients.add(client)
  }

  async #bringOn(client: StreamClient): Promise<void> {
    const rows = await rowsAfter(this.#query(), client.knows)
    if (rows === undefined) client.resync(await this.current())
    else client.deliver(coalesce(rows), rows.at(-1)?.number ?? client.knows)
  }

  leave(client: StreamClient): void {
    this.#clients.delete(client)
  }

  close(): void {
    this.#closed = true
    this.#timer?.()
    this.#clients.clear()
  }

  #query() {
    return this.#parts.database.read(this.#organisation)
  }

  #schedule(delay: typeof GATHER): void {
    this.#timer = this.#parts.clock.after(delay, () => {
      this.#timer = undefined
      void this.#readOn()
    })
  }

  async #readOn(): Promise<void> {
    this.#reading = true
    let delay = GATHER
    try {
      await this.#distribute()
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'the feed could not be read, trying again')
      this.#again = true
      delay = RETRY
    }
    this.#reading = false
    if (!this.#again || this.#closed) return
    this.#again = false
    this.#schedule(delay)
  }

  async #distribute(): Promise<void> {
    if (this.#clients.size === 0 && this.#joining === 0) return
    const rows = await rowsAfter(this.#query(), this.#readUpTo)
    if (rows === undefined) {
      const current = await currentNumber(this.#query())
      this.#readUpTo = Math.max(this.#readUpTo, current)
      for (const client of this.#clients) if (client.knows < current) client.resync(current)
      return
    }
    const upTo = rows.at(-1)?.number
    if (upTo === undefined) return
    this.#readUpTo = Math.max(this.#readUpTo, upTo)
    const news = coalesce(rows)
    for (const client of this.#clients) client.deliver(news, upTo)
  }
}
