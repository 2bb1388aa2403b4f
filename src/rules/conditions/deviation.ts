import type { LeafOf } from '../leaf-condition.ts'
import { type Truth, UNKNOWN } from '../truth.ts'
import { Distance } from '../windows/distance.ts'
import { Newest } from '../windows/newest.ts'
import { savedList } from '../windows/saved.ts'
import type { Figures, Leaf, LeafBlock, LeafSetting } from './leaf.ts'

type Deviation = LeafOf<'deviation'>

/** Which point a slot is. */
const FROM = 1

/**
 * TRUE when two points that should agree do not: the newest value of `role` is `by` units, or
 * `percent` of the other's magnitude, away from the newest value of `from`. Each counts as it was
 * last measured; it changes with a reading of either and with the limit.
 *
 * UNKNOWN while either is, while their times are more than `within` apart, and for percent of 0.
 * Points that are read in the same round speak one after the other: with `within` shorter than the
 * interval it is UNKNOWN between the two; longer, the one is held against the other of the round
 * before, which an on-delay forgives.
 */
export const deviation: Leaf<Deviation> = {
  roles: ({ role, from }) => [role, from],
  lookBack: ({ within }) => within,
  isTimed: false,
  make: (condition, setting) => new DeviationBlock(condition, setting),
}

class DeviationBlock implements LeafBlock {
  readonly #condition: Deviation
  readonly #distance: Distance
  readonly #value: Newest
  readonly #from: Newest

  constructor(condition: Deviation, setting: LeafSetting) {
    this.#condition = condition
    this.#distance = new Distance(condition, setting)
    this.#value = new Newest(setting.rows)
    this.#from = new Newest(setting.rows)
  }

  take(row: number, slot: number, at: number, value: number): void {
    if (Number.isNaN(value)) this.lose(row, slot)
    else this.#point(slot).take(row, at, value, undefined)
  }

  lose(row: number, slot: number): void {
    this.#point(slot).lose(row)
  }

  judge(row: number, at: number): Truth {
    if (this.#value.isLost(row) || this.#from.isLost(row)) return UNKNOWN
    if (Math.abs(this.#value.at(row) - this.#from.at(row)) > this.#condition.within)
      return UNKNOWN
    const value = this.#value.value(row)
    return this.#distance.judge(row, at, { value, reference: this.#from.value(row) })
  }

  known(row: number): number {
    return Math.max(this.#value.at(row), this.#from.at(row))
  }

  due(row: number, at: number): number {
    return this.#distance.due(row, at)
  }

  figures(row: number, at: number, holds: boolean): Figures {
    const value = this.#value.value(row)
    const reference = this.#from.value(row)
    const limit = this.#distance.figure(row, at, { value, reference, holds })
    return { limit, computed: reference }
  }

  level(): number {
    return 1
  }

  copy(from: number, to: number): void {
    this.#distance.latch.copy(from, to)
    this.#value.copy(from, to)
    this.#from.copy(from, to)
  }

  clear(row: number): void {
    this.#distance.latch.clear(row)
    this.#value.clear(row)
    this.#from.clear(row)
  }

  save(row: number): unknown {
    return [this.#distance.latch.save(row), this.#value.save(row), this.#from.save(row)]
  }

  load(row: number, saved: unknown): void {
    const [latch, value, from] = savedList(saved, 3)
    this.#distance.latch.load(row, latch)
    this.#value.load(row, value)
    this.#from.load(row, from)
  }

  #point(slot: number): Newest {
    return slot === FROM ? this.#from : this.#value
  }
}
