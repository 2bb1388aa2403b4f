import type { LeafSetting, ParameterColumn } from '../conditions/leaf.ts'
import type { Parameter } from '../parameter.ts'
import { FALSE, TRUE, type Truth, UNKNOWN } from '../truth.ts'
import { Latch } from './latch.ts'

/** How a condition says its one limit. */
interface OneLimit {
  readonly above?: Parameter | undefined
  readonly below?: Parameter | undefined
  readonly deadband: number
}

/**
 * One limit with its latches. HIGH is entered at value ≥ `above` and left below `above - deadband`;
 * LOW is HIGH seen in a mirror: both sides change sign, so there is one comparison for the two.
 */
export class Limit {
  readonly latch: Latch
  readonly #limit: ParameterColumn
  readonly #sign: 1 | -1
  readonly #deadband: number

  constructor({ above, below, deadband }: OneLimit, setting: LeafSetting) {
    this.latch = new Latch(setting.rows)
    this.#limit = setting.parameter(above ?? below ?? Number.NaN)
    this.#sign = above === undefined ? -1 : 1
    this.#deadband = deadband
  }

  /** UNKNOWN, and the latch as it was, when the value or the limit is NaN. */
  judge(row: number, at: number, value: number): Truth {
    const limit = this.#sign * this.#limit.at(row, at)
    if (Number.isNaN(limit) || Number.isNaN(value)) return UNKNOWN
    const decided = { limit, deadband: this.#deadband }
    return this.latch.decide(row, this.#sign * value, decided) ? TRUE : FALSE
  }

  /** Is a value at or beyond the limit, whatever was before? UNKNOWN when either is NaN. */
  isReached(row: number, at: number, value: number): Truth {
    const limit = this.#sign * this.#limit.at(row, at)
    if (Number.isNaN(limit) || Number.isNaN(value)) return UNKNOWN
    return this.#sign * value >= limit ? TRUE : FALSE
  }

  /** The limit of entering where the condition holds, of leaving where it does not; NaN: no such attribute. */
  figure(row: number, at: number, holds: boolean): number {
    const limit = this.#limit.at(row, at)
    return holds ? limit : limit - this.#sign * this.#deadband
  }

  /** When the clock next changes the limit; Infinity for never. */
  due(row: number, at: number): number {
    return this.#limit.changes(row, at)
  }
}
