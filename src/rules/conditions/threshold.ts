import { durationUs } from '../../domain/time.ts'
import type { LeafOf } from '../leaf-condition.ts'
import { isScheduled } from '../time/parameters.ts'
import { FALSE, TRUE, type Truth, UNKNOWN } from '../truth.ts'
import type { Figures, Leaf, LeafSetting, ParameterColumn, PromptBlock } from './leaf.ts'
import { damagedLeaf } from './damaged.ts'

type Threshold = LeafOf<'threshold'>

/**
 * HIGH enters at value ≥ `above` and leaves below `above - deadband`. LOW is HIGH seen in a mirror:
 * both sides change sign, so there is one comparison and one rounding for the two.
 */
export const threshold: Leaf<Threshold> = {
  roles: ({ role }) => [role],
  lookBack: () => durationUs(0),
  isTimed: false,
  make: (condition, setting) => new ThresholdBlock(condition, setting),
}

/** Bits of a row. */
const REACHED = 1
const WITHIN = 2
const LOST = 4
const LATCHED = 8
/** What a fresh row is: nothing was said. */
const EMPTY = LOST

/**
 * This kind is the most of all, so a row is 9 bytes: a limit that no clock moves is held against the
 * value when that comes, and only the two answers are kept. A limit by schedule needs the value.
 */
class ThresholdBlock implements PromptBlock {
  readonly #limit: ParameterColumn
  readonly #sign: 1 | -1
  readonly #deadband: number
  readonly #at: Float64Array
  readonly #bits: Uint8Array
  readonly #values: Float64Array | undefined

  constructor({ above, below, deadband }: Threshold, setting: LeafSetting) {
    const limit = above ?? below ?? Number.NaN
    this.#limit = setting.parameter(limit)
    this.#sign = above === undefined ? -1 : 1
    this.#deadband = deadband
    this.#at = new Float64Array(setting.rows).fill(-Infinity)
    this.#bits = new Uint8Array(setting.rows).fill(EMPTY)
    this.#values = isScheduled(limit) ? new Float64Array(setting.rows) : undefined
  }

  take(row: number, _slot: number, at: number, value: number): void {
    this.#at[row] = at
    const latched = (this.#bits[row] ?? EMPTY) & LATCHED
    if (this.#values !== undefined) this.#values[row] = value
    this.#bits[row] = latched | this.#held(row, at, value)
  }

  lose(row: number): void {
    this.#bits[row] = ((this.#bits[row] ?? EMPTY) & LATCHED) | LOST
  }

  judge(row: number, at: number): Truth {
    let bits = this.#bits[row] ?? EMPTY
    if (
      this.#values !== undefined &&
      this.#at[row] !== -Infinity &&
      !isLost(bits, this.#values[row])
    ) {
      bits = (bits & LATCHED) | this.#held(row, at, this.#values[row] ?? Number.NaN)
    }
    if ((bits & LOST) !== 0) return UNKNOWN
    this.#bits[row] = decided(bits)
    return this.verdict(decided(bits))
  }

  /** Not where the limit is by schedule: that rule is not plain. */
  weigh(row: number, at: number, value: number): number {
    return decided(((this.#bits[row] ?? EMPTY) & LATCHED) | this.#held(row, at, value))
  }

  verdict(bits: number): Truth {
    if ((bits & LOST) !== 0) return UNKNOWN
    return (bits & LATCHED) === 0 ? FALSE : TRUE
  }

  keep(row: number, at: number, bits: number): void {
    this.#at[row] = at
    this.#bits[row] = bits
  }

  known(row: number): number {
    return this.#at[row] ?? -Infinity
  }

  due(row: number, at: number): number {
    return this.#values === undefined ? Infinity : this.#limit.changes(row, at)
  }

  figures(row: number, at: number, holds: boolean): Figures {
    const limit = this.#limit.at(row, at)
    if (Number.isNaN(limit)) return {}
    return { limit: holds ? limit : this.#sign * (this.#sign * limit - this.#deadband) }
  }

  level(): number {
    return 1
  }

  latch(row: number, holds: boolean): void {
    const bits = this.#bits[row] ?? EMPTY
    this.#bits[row] = holds ? bits | LATCHED : bits & ~LATCHED
  }

  copy(from: number, to: number): void {
    this.#at[to] = this.#at[from] ?? -Infinity
    this.#bits[to] = this.#bits[from] ?? EMPTY
    if (this.#values !== undefined) this.#values[to] = this.#values[from] ?? Number.NaN
  }

  clear(row: number): void {
    this.#at[row] = -Infinity
    this.#bits[row] = EMPTY
  }

  save(row: number): unknown {
    const at = this.#at[row] ?? -Infinity
    if (at === -Infinity) return this.#bits[row] ?? EMPTY
    const saved = [at, this.#bits[row] ?? EMPTY]
    if (this.#values !== undefined) saved.push(this.#values[row] ?? 0)
    return saved
  }

  load(row: number, saved: unknown): void {
    this.clear(row)
    if (typeof saved === 'number') {
      this.#bits[row] = saved
      return
    }
    if (!Array.isArray(saved)) throw damagedLeaf('threshold')
    const [at, bits, value] = saved as readonly unknown[]
    if (typeof at !== 'number' || typeof bits !== 'number') throw damagedLeaf('threshold')
    this.#at[row] = at
    this.#bits[row] = bits
    if (this.#values !== undefined) this.#values[row] = Number(value)
  }

  /** What the value is under the limit of that time: bits without the latch. */
  #held(row: number, at: number, value: number): number {
    const limit = this.#sign * this.#limit.at(row, at)
    const held = this.#sign * value
    // An asset without the attribute has no limit, and a text no number.
    if (Number.isNaN(limit) || Number.isNaN(held)) return LOST
    if (held >= limit) return REACHED | WITHIN
    return held >= limit - this.#deadband ? WITHIN : 0
  }
}

/** With the latch as it is from here on; lost evidence leaves it. */
function decided(bits: number): number {
  if ((bits & LOST) !== 0) return bits
  const holds = (bits & REACHED) !== 0 || (bits & (WITHIN | LATCHED)) === (WITHIN | LATCHED)
  return holds ? bits | LATCHED : bits & ~LATCHED
}

/** Lost for good, and not only because the limit was unknown at that time? */
function isLost(bits: number, value: number | undefined): boolean {
  return (bits & LOST) !== 0 && (value === undefined || Number.isNaN(value))
}
