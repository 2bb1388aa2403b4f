import type { Clock } from '../../domain/clock.ts'
import type { TimeUs } from '../../domain/time.ts'
import type { Health, HealthState } from '../adapter.ts'

/** How a line or a unit is, and since when. */
export class Condition {
  readonly #clock: Clock
  #state: HealthState = 'connecting'
  #detail: string
  #since: TimeUs
  #lastOk: TimeUs | undefined
  #lastError: string | undefined

  constructor(clock: Clock, detail: string) {
    this.#clock = clock
    this.#detail = detail
    this.#since = clock.now()
  }

  get state(): HealthState {
    return this.#state
  }

  /** True when the state is another than before. */
  become(state: HealthState, detail: string): boolean {
    const changed = state !== this.#state
    if (changed) this.#since = this.#clock.now()
    this.#state = state
    this.#detail = detail
    return changed
  }

  /** It answered. */
  ok(): void {
    this.#lastOk = this.#clock.now()
  }

  failed(error: string): void {
    this.#lastError = error
  }

  report(lagSeconds: number): Health {
    return {
      state: this.#state,
      detail: this.#detail,
      since: this.#since,
      ...(this.#lastOk !== undefined && { lastOk: this.#lastOk }),
      ...(this.#lastError !== undefined && { lastError: this.#lastError }),
      lagSeconds,
    }
  }
}
