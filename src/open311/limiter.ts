import type { Clock } from '../domain/clock.ts'
import { Problem } from '../domain/problem.ts'
import { elapsed, MINUTE, SECOND, type TimeUs } from '../domain/time.ts'

/** Names that are counted at the same time; of more the oldest are forgotten. */
const NAMES = 10_000

interface Count {
  readonly since: TimeUs
  made: number
}

/** Counts by name, so many a minute. */
export class Limiter {
  readonly #clock: Pick<Clock, 'now'>
  readonly #most: number
  readonly #counts = new Map<string, Count>()

  constructor(clock: Pick<Clock, 'now'>, most: number) {
    this.#clock = clock
    this.#most = most
  }

  /** Throws Problem too_many where the name has had its share. */
  refuse(name: string): void {
    const count = this.#current(name)
    if (count === undefined || count.made < this.#most) return
    const left = MINUTE - elapsed(count.since, this.#clock.now())
    throw new Problem({
      kind: 'too_many',
      what: 'Too many requests of this kind came from you',
      why: `At most ${this.#most} a minute are taken`,
      next: 'Send it again in a minute',
      facts: { retryAfterSeconds: Math.max(1, Math.ceil(left / SECOND)) },
    })
  }

  /** Counts one more. */
  note(name: string): void {
    const count = this.#current(name)
    if (count !== undefined) {
      count.made += 1
      return
    }
    this.#counts.delete(name)
    this.#counts.set(name, { since: this.#clock.now(), made: 1 })
    const [oldest] = this.#counts.keys()
    if (this.#counts.size > NAMES && oldest !== undefined) this.#counts.delete(oldest)
  }

  #current(name: string): Count | undefined {
    const count = this.#counts.get(name)
    if (count === undefined) return undefined
    return Math.abs(elapsed(count.since, this.#clock.now())) < MINUTE ? count : undefined
  }
}

/** Lets so many work at once, and so many wait for it. */
export class Turns {
  #free: number
  readonly #waiting: (() => void)[] = []
  readonly #most: number

  constructor({ atOnce, waiting }: { readonly atOnce: number; readonly waiting: number }) {
    this.#free = atOnce
    this.#most = waiting
  }

  /** Rejects with Problem unavailable when too many wait already. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1
    else if (this.#waiting.length >= this.#most) throw busy()
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free += 1
      else next()
    }
  }
}

function busy(): Problem {
  return new Problem({
    kind: 'unavailable',
    what: 'Too many photos are on their way at once; nothing of this was stored',
    next: 'Send it again in a minute',
    facts: { retryAfterSeconds: 60 },
  })
}
