import { durationUs, elapsed, type DurationUs, type TimeUs } from '../../domain/time.ts'

export interface Rate {
  /** A whole number. */
  readonly perSecond: number
  /** Most that may be taken at once. */
  readonly burst: number
}

/** A millionth of a token gathers every µs at one per second, so credit is counted exactly. */
const creditPerToken = 1_000_000

/** Lets `burst` through at once and `perSecond` in the long run. A clock set back adds nothing. */
export class TokenBucket {
  readonly #rate: Rate
  #credit: number
  #at: TimeUs

  constructor(rate: Rate, now: TimeUs) {
    this.#rate = rate
    this.#credit = rate.burst * creditPerToken
    this.#at = now
  }

  /** Takes a token if there is one. */
  take(now: TimeUs): boolean {
    this.#refill(now)
    if (this.#credit < creditPerToken) return false
    this.#credit -= creditPerToken
    return true
  }

  /** Returns a token that was taken for nothing. */
  giveBack(): void {
    this.#credit += creditPerToken
  }

  /** Until a twentieth of a second's worth has gathered, so that a waiter is not woken for each. */
  untilWorthwhile(now: TimeUs): DurationUs {
    this.#refill(now)
    const { perSecond, burst } = this.#rate
    const wanted = Math.min(burst, Math.max(1, perSecond / 20)) * creditPerToken
    return durationUs(Math.ceil(Math.max(0, wanted - this.#credit) / perSecond))
  }

  #refill(now: TimeUs): void {
    const { perSecond, burst } = this.#rate
    const gathered = Math.max(0, elapsed(this.#at, now)) * perSecond
    this.#credit = Math.min(burst * creditPerToken, this.#credit + gathered)
    this.#at = now
  }
}
