import type { QueryClient } from '@tanstack/react-query'
import { Connection, type StreamOf } from './connection.ts'
import { advance, leastFresh, opened, STALE_AFTER_MS, type Freshness } from './freshness.ts'
import { Gatherer } from './gatherer.ts'
import type { LastValue } from './live-values.ts'

const TICK_MS = 1_000

/** One stream and how fresh it is. */
interface Line {
  readonly of: StreamOf
  readonly connection: Connection
  freshness: Freshness
  openedAtMs: number
}

export interface LiveParts {
  readonly client: QueryClient
  /** At least one; the page is as fresh as the least fresh of them. */
  readonly streams: readonly StreamOf[]
  /** Called when the service opens no stream. */
  readonly refused: () => void
}

/** What is live on the page: the connections, how fresh they are, and the newest values. */
export class LiveStore {
  readonly #lines: readonly Line[]
  readonly #gatherer: Gatherer
  readonly #listeners = new Set<() => void>()
  #values: ReadonlyMap<number, LastValue> = new Map()
  /** Set from start to stop. */
  #ticker: number | undefined
  #opening: number | undefined

  constructor({ client, streams, refused }: LiveParts) {
    this.#gatherer = new Gatherer(client)
    this.#lines = streams.map((of) => this.#line(of, refused))
  }

  start(): void {
    this.#gatherer.open()
    for (const line of this.#lines) open(line)
    this.#ticker = window.setInterval(this.#tick, TICK_MS)
    document.addEventListener('visibilitychange', this.#tick)
  }

  stop(): void {
    for (const { connection } of this.#lines) connection.close()
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
      if (this.#ticker === undefined) return
      for (const line of this.#lines) if (line.of === 'own') open(line, points)
    }, 0)
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly state = (): Freshness['state'] => this.#freshness().state
  /** When the service was heard last on every stream, in milliseconds. */
  readonly signAtMs = (): number => this.#freshness().signAtMs
  readonly values = (): ReadonlyMap<number, LastValue> => this.#values

  readonly #tick = (): void => {
    const now = Date.now()
    for (const line of this.#lines) {
      this.#set(line, advance(line.freshness, { kind: 'tick', atMs: now }))
      // A connection that only looks open is opened anew, and not more often than it can prove itself.
      const silent = line.freshness.state === 'stale'
      if (silent && now - line.openedAtMs >= STALE_AFTER_MS) open(line)
    }
  }

  #line(of: StreamOf, refused: () => void): Line {
    const now = Date.now()
    const line: Line = {
      of,
      freshness: opened(now),
      openedAtMs: now,
      connection: new Connection(of, {
        sign: () =>
          this.#set(line, advance(line.freshness, { kind: 'sign', atMs: Date.now() })),
        changed: (kind, subject) => this.#gatherer.change(kind, subject),
        missed: () => this.#gatherer.all(),
        refused,
        values: (values) => {
          this.#values = new Map([...this.#values, ...values])
          this.#tell()
        },
      }),
    }
    return line
  }

  #freshness(): Freshness {
    return leastFresh(this.#lines.map(({ freshness }) => freshness))
  }

  #set(line: Line, next: Freshness): void {
    const before = this.state()
    line.freshness = next
    if (this.state() !== before) this.#tell()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}

function open(line: Line, points?: readonly number[]): void {
  line.openedAtMs = Date.now()
  line.connection.open(points)
}
