import type { LeafSetting, ParameterColumn } from '../conditions/leaf.ts'
import type { Parameter } from '../parameter.ts'
import { FALSE, TRUE, type Truth, UNKNOWN } from '../truth.ts'
import { Latch } from './latch.ts'

/** How a condition says how far is too far. */
interface HowFar {
  readonly by?: Parameter | undefined
  readonly percent?: Parameter | undefined
  readonly direction: 'either' | 'above' | 'below'
  readonly deadband: number
}

/**
 * How far a value is from a reference: in the point's unit, or in percent of the reference's
 * magnitude. Percent of a reference that is 0 says nothing: UNKNOWN. Entered at a distance ≥ the
 * limit, left below limit - deadband.
 */
export class Distance {
  readonly latch: Latch
  readonly #limit: ParameterColumn
  readonly #inPercent: boolean
  readonly #direction: HowFar['direction']
  readonly #deadband: number

  constructor({ by, percent, direction, deadband }: HowFar, setting: LeafSetting) {
    this.latch = new Latch(setting.rows)
    this.#limit = setting.parameter(percent ?? by ?? Number.NaN)
    this.#inPercent = percent !== undefined
    this.#direction = direction
    this.#deadband = deadband
  }

  /** UNKNOWN, and the latch as it was, when anything needed is NaN. */
  judge(row: number, at: number, { value, reference }: Compared): Truth {
    const limit = this.#limit.at(row, at)
    const distance = this.#of(value, reference)
    if (Number.isNaN(limit) || Number.isNaN(distance)) return UNKNOWN
    const decided = { limit, deadband: this.#deadband }
    return this.latch.decide(row, distance, decided) ? TRUE : FALSE
  }

  /** The value at which it is too far (or, where it does not hold, near enough), in the point's unit. */
  figure(
    row: number,
    at: number,
    { value, reference, holds }: Compared & { readonly holds: boolean },
  ): number {
    const limit = this.#limit.at(row, at) - (holds ? 0 : this.#deadband)
    const far = this.#inPercent ? (limit / 100) * Math.abs(reference) : limit
    const isBelow =
      this.#direction === 'below' || (this.#direction === 'either' && value < reference)
    return isBelow ? reference - far : reference + far
  }

  /** When the clock next changes the limit; Infinity for never. */
  due(row: number, at: number): number {
    return this.#limit.changes(row, at)
  }

  /** The distance in the condition's unit and direction; NaN when it says nothing. */
  #of(value: number, reference: number): number {
    const apart = value - reference
    const distance = this.#inPercent
      ? reference === 0
        ? Number.NaN
        : (apart / Math.abs(reference)) * 100
      : apart
    switch (this.#direction) {
      case 'either':
        return Math.abs(distance)
      case 'above':
        return distance
      case 'below':
        return -distance
    }
  }
}

interface Compared {
  readonly value: number
  readonly reference: number
}
