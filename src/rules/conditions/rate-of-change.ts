import type { LeafOf } from '../leaf-condition.ts'
import { type Truth, UNKNOWN } from '../truth.ts'
import { Buckets } from '../windows/buckets.ts'
import { Limit } from '../windows/limit.ts'
import { Newest } from '../windows/newest.ts'
import { savedList, savedNumber } from '../windows/saved.ts'
import type { Figures, Leaf, LeafBlock, LeafSetting } from './leaf.ts'

type RateOfChange = LeafOf<'rateOfChange'>

/** Cells a window is cut into. */
const CELLS = 32

/**
 * TRUE when the value moved by at least `above` (or at most `below`) per `per`. The rate is that of
 * the straight line from the oldest reading in [newest - window, newest] to the newest: the true
 * times decide, not the nominal window. It rests on readings alone and does not change as time
 * passes without one.
 *
 * UNKNOWN while the newest reading is, and while the two readings are less than half a window apart.
 *
 * Rounding: of readings closer together than 1/32 of the window only the last of each 32nd is
 * kept, so the oldest may be up to window / 32 younger than the oldest there was; the rate is exact
 * between the two. `counter`: sums of what was counted, a drop counting as the new value.
 */
export const rateOfChange: Leaf<RateOfChange> = {
  roles: ({ role }) => [role],
  lookBack: ({ window }) => window,
  isTimed: false,
  make: (condition, setting) => new RateBlock(condition, setting),
}

class RateBlock implements LeafBlock {
  readonly #condition: RateOfChange
  readonly #limit: Limit
  readonly #newest: Newest
  /** What the value, or the sum of a counter, came to with the newest reading. */
  readonly #total: Float64Array
  /** The total at the last reading of each cell. */
  readonly #past: Buckets

  constructor(condition: RateOfChange, setting: LeafSetting) {
    this.#condition = condition
    this.#limit = new Limit(condition, setting)
    this.#newest = new Newest(setting.rows)
    this.#total = new Float64Array(setting.rows)
    const width = Math.ceil(condition.window / CELLS)
    this.#past = new Buckets(setting.rows, { width, most: CELLS + 2, fields: 1 })
  }

  take(row: number, slot: number, at: number, value: number): void {
    if (Number.isNaN(value)) {
      this.lose(row)
      return
    }
    const total = this.#condition.counter ? this.#counted(row, value) : value
    this.#total[row] = total + 0
    this.#newest.take(row, at, value, undefined)
    this.#past.drop(row, this.#past.firstFrom(row, at - this.#condition.window))
    const entry = this.#past.entryAt(row, at)
    this.#past.restamp(row, entry, at)
    this.#past.set(row, entry, 0, total)
  }

  lose(row: number): void {
    this.#newest.lose(row)
  }

  judge(row: number, at: number): Truth {
    if (this.#newest.isLost(row)) return UNKNOWN
    return this.#limit.judge(row, at, this.#rate(row))
  }

  known(row: number): number {
    return this.#newest.at(row)
  }

  due(row: number, at: number): number {
    return this.#limit.due(row, at)
  }

  figures(row: number, at: number, holds: boolean): Figures {
    return { limit: this.#limit.figure(row, at, holds), computed: this.#rate(row) }
  }

  level(): number {
    return 1
  }

  copy(from: number, to: number): void {
    this.#limit.latch.copy(from, to)
    this.#newest.copy(from, to)
    this.#total[to] = this.#total[from] ?? 0
    this.#past.copy(from, to)
  }

  clear(row: number): void {
    this.#limit.latch.clear(row)
    this.#newest.clear(row)
    this.#total[row] = 0
    this.#past.clear(row)
  }

  save(row: number): unknown {
    return [
      this.#limit.latch.save(row),
      this.#newest.save(row),
      this.#total[row],
      this.#past.save(row),
    ]
  }

  load(row: number, saved: unknown): void {
    const [latch, newest, total, past] = savedList(saved, 4)
    this.#limit.latch.load(row, latch)
    this.#newest.load(row, newest)
    this.#total[row] = savedNumber(total)
    this.#past.load(row, past)
  }

  #counted(row: number, value: number): number {
    const before = this.#newest.value(row)
    if (Number.isNaN(before)) return value
    return (this.#total[row] ?? 0) + (value < before ? value : value - before)
  }

  /** Per `per`; NaN while there is too little to say. */
  #rate(row: number): number {
    const { window, per } = this.#condition
    if (this.#past.count(row) === 0) return Number.NaN
    const span = this.#newest.at(row) - this.#past.time(row, 0)
    if (span < window / 2) return Number.NaN
    return (((this.#total[row] ?? 0) - this.#past.get(row, 0, 0)) / span) * per
  }
}
