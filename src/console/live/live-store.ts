import type { QueryClient } from '@tanstack/react-query'
import { Connection } from './connection.ts'
import { advance, opened, STALE_AFTER_MS, type Freshness } from './freshness.ts'
import { Gatherer } from './gatherer.ts'
import type { LastValue } from './live-values.ts'

const TICK_MS = 1_000

/** What is live on the page: the connection, how fresh it is, and the newest values. */
export class LiveStore {
  readonly #connection: Connection
  readonly #gatherer: Gatherer
  readonly #listeners = new Set<() => void>()
  #freshness: Freshness = opened(Date.now())
  #values: ReadonlyMap<number, LastValue> = new Map()
  /** Set from start to stop. */
  #ticker: number | undefined
  #opening: number | undefined
  #openedAtMs = Date.now()

  /** `refused` is called when the service opens no stream. */
  constructor(client: QueryClient, refused: () => void) {
    this.#gatherer = new Gatherer(client)
    this.#connection = new Connection({
      sign: () => this.#set(advance(this.#freshness, { kind: 'sign', atMs: Date.now() })),
      changed: (kind, subject) => this.#gatherer.change(kind, subject),
      missed: () => this.#gatherer.all(),
      refused,
      values: (values) => {
        this.#values = new Map([...this.#values, ...values])
        this.#tell()
      },
    })
  }

  start(): void {
    this.#gatherer.open()
    this.#open()
    this.#ticker = window.setInterval(this.#tick, TICK_MS)
    document.addEventListener('visibilitychange', this.#tick)
  }

  stop(): void {
    this.#connection.close()
    this.#gatherer.close()
    window.clearTimeout(this.#opening)
    window.clearInterval(this.#ticker)
    this.#ticker = undefined
    document.removeEventListener('visibilitychange', this.#tick)
  }

  /** Asks for the values of these points, and of no others, from now on. */
  watch(points: readonly number[]): void {
    this.#values = new Map()
    window.clearTimeout(this.#opening)
    // One page goes and the next one comes in the same moment: that is one new stream, not two.
    this.#opening = window.setTimeout(() => {
      if (this.#ticker !== undefined) this.#open(points)
    }, 0)
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly state = (): Freshness['state'] => this.#freshness.state
  /** When the service was heard last, in milliseconds. */
  readonly signAtMs = (): number => this.#freshness.signAtMs
  readonly values = (): ReadonlyMap<number, LastValue> => this.#values

  readonly #tick = (): void => {
    const now = Date.now()
    this.#set(advance(this.#freshness, { kind: 'tick', atMs: now }))
    // A connection that only looks open is opened anew, and not more often than it can prove itself.
    const silent = this.#freshness.state === 'stale'
    if (!silent || now - this.#openedAtMs < STALE_AFTER_MS) return
    this.#open()
  }

  #open(points?: readonly number[]): void {
    this.#openedAtMs = Date.now()
    this.#connection.open(points)
  }

  #set(next: Freshness): void {
    const changed = next.state !== this.#freshness.state
    this.#freshness = next
    if (changed) this.#tell()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
