import { durationUs, type DurationUs, type TimeUs } from '../../domain/time.ts'

export interface Rate {
  readonly perSecond: number
  /** Most that may be taken at once. */
  readonly burst: number
}

/** Lets `burst` through at once and `perSecond` in the long run. A clock set back adds nothing. */
export class TokenBucket {
  readonly #rate: Rate
  #tokens: number
  #at: TimeUs

  constructor(rate: Rate, now: TimeUs) {
    this.#rate = rate
    this.#tokens = rate.burst
    this.#at = now
  }

  /** Takes a token if there is one. */
  take(now: TimeUs): boolean {
    this.#refill(now)
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }

  /** Returns a token that was taken for nothing. */
  giveBack(): void {
    this.#tokens += 1
  }

  /** Until a twentieth of a second's worth has gathered, so that a waiter is not woken for each. */
  untilWorthwhile(now: TimeUs): DurationUs {
    this.#refill(now)
    const { perSecond, burst } = this.#rate
    const wanted = Math.min(burst, Math.max(1, perSecond / 20))
    const missing = Math.max(0, wanted - this.#tokens)
    return durationUs(Math.ceil((missing / perSecond) * 1_000_000))
  }

  #refill(now: TimeUs): void {
    const { perSecond, burst } = this.#rate
    const passed = Math.max(0, now - this.#at)
    this.#tokens = Math.min(burst, this.#tokens + (passed / 1_000_000) * perSecond)
    this.#at = now
  }
}
