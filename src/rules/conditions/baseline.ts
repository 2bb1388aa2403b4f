import { durationUs } from '../../domain/time.ts'
import type { LeafOf } from '../leaf-condition.ts'
import { type Truth, UNKNOWN } from '../truth.ts'
import { Distance } from '../windows/distance.ts'
import { Means } from '../windows/means.ts'
import { Median } from '../windows/median.ts'
import { Newest } from '../windows/newest.ts'
import { savedList } from '../windows/saved.ts'
import type { Figures, Leaf, LeafBlock, LeafSetting } from './leaf.ts'

type Baseline = LeafOf<'baseline'>

/** Cells that window + ago are cut into, and those that `smooth` is. */
const CELLS = 32
const SMOOTH_CELLS = 8

/**
 * TRUE when the value left its own usual. The usual is the median of the readings in
 * [newest - ago - window, newest - ago]; the mean of the readings in (newest - smooth, newest], or
 * the newest alone, is held against it. It rests on readings and does not change as time passes
 * without one.
 *
 * What is new does not drag its own usual along: for `ago` it is outside the window, and until it
 * fills half of the window the median stays among the values from before. So an excursion shorter
 * than window / 2 never moves it further than noise does, and a longer one is held against what was
 * before for ago + window / 2; a level that lasts longer is the usual from then on. After a long
 * excursion to one side the way back looks like one to the other: `direction` says which is meant.
 *
 * UNKNOWN while the newest reading is; with fewer than `samples` readings in the window; while they
 * reach back less than half of it; and for percent of a usual of 0.
 *
 * Rounding: window + ago is cut into 32 cells. Readings that share a cell count as their mean, with
 * their number as its weight, because the mean of neighbours takes noise away and the median over
 * cells takes away the cells in which something else happened. Cells of several readings count when
 * they lie wholly in the window, so either edge is right to (window + ago) / 32, inwards. With readings
 * further apart than that it is the exact median. The mean is right to smooth / 8, inwards.
 */
export const baseline: Leaf<Baseline> = {
  roles: ({ role }) => [role],
  lookBack: ({ window, ago, smooth }) => durationUs(Math.max(window + ago, smooth)),
  isTimed: false,
  make: (condition, setting) => new BaselineBlock(condition, setting),
}

class BaselineBlock implements LeafBlock {
  readonly #condition: Baseline
  readonly #distance: Distance
  readonly #newest: Newest
  readonly #past: Means
  /** Undefined when each reading is held against the usual. */
  readonly #recent: Means | undefined
  readonly #median = new Median(CELLS + 2)
  /** The usual, and the entries it was computed from: it changes once a cell, not once a reading. */
  readonly #usual: Float64Array
  readonly #usualFrom: Float64Array
  readonly #usualTo: Float64Array

  constructor(condition: Baseline, setting: LeafSetting) {
    const { rows } = setting
    const { window, ago, smooth } = condition
    this.#condition = condition
    this.#distance = new Distance(condition, setting)
    this.#newest = new Newest(rows)
    const width = Math.ceil((window + ago) / CELLS)
    this.#past = new Means(rows, { width, most: CELLS + 2 })
    if (smooth > 0) {
      const fine = Math.ceil(smooth / SMOOTH_CELLS)
      this.#recent = new Means(rows, { width: fine, most: SMOOTH_CELLS + 2 })
    }
    this.#usual = new Float64Array(rows)
    this.#usualFrom = new Float64Array(rows).fill(Number.NaN)
    this.#usualTo = new Float64Array(rows).fill(Number.NaN)
  }

  take(row: number, slot: number, at: number, value: number): void {
    if (Number.isNaN(value)) {
      this.lose(row)
      return
    }
    const { window, ago, smooth } = this.#condition
    this.#newest.take(row, at, value, undefined)
    const { entries } = this.#past
    entries.drop(row, entries.firstFrom(row, at - ago - window))
    this.#past.add(row, at, value)
    const recent = this.#recent
    if (recent === undefined) return
    recent.entries.drop(row, recent.entries.firstFrom(row, at - smooth + 1))
    recent.add(row, at, value)
  }

  lose(row: number): void {
    this.#newest.lose(row)
  }

  judge(row: number, at: number): Truth {
    if (this.#newest.isLost(row)) return UNKNOWN
    const compared = { value: this.#value(row), reference: this.#reference(row) }
    return this.#distance.judge(row, at, compared)
  }

  known(row: number): number {
    return this.#newest.at(row)
  }

  due(row: number, at: number): number {
    return this.#distance.due(row, at)
  }

  figures(row: number, at: number, holds: boolean): Figures {
    const value = this.#value(row)
    const reference = this.#reference(row)
    const limit = this.#distance.figure(row, at, { value, reference, holds })
    return { limit, computed: reference }
  }

  level(): number {
    return 1
  }

  copy(from: number, to: number): void {
    this.#distance.latch.copy(from, to)
    this.#newest.copy(from, to)
    this.#past.entries.copy(from, to)
    this.#recent?.entries.copy(from, to)
    this.#usualFrom[to] = Number.NaN
  }

  clear(row: number): void {
    this.#distance.latch.clear(row)
    this.#newest.clear(row)
    this.#past.entries.clear(row)
    this.#recent?.entries.clear(row)
    this.#usualFrom[row] = Number.NaN
  }

  save(row: number): unknown {
    return [
      this.#distance.latch.save(row),
      this.#newest.save(row),
      this.#past.entries.save(row),
      this.#recent?.entries.save(row) ?? null,
    ]
  }

  load(row: number, saved: unknown): void {
    const [latch, newest, past, recent] = savedList(saved, 4)
    this.#distance.latch.load(row, latch)
    this.#newest.load(row, newest)
    this.#past.entries.load(row, past)
    this.#recent?.entries.load(row, recent)
    this.#usualFrom[row] = Number.NaN
  }

  #value(row: number): number {
    return this.#recent?.meanOfAll(row) ?? this.#newest.value(row)
  }

  /** The usual; NaN while there is too little to say. */
  #reference(row: number): number {
    const { entries } = this.#past
    const last = this.#lastInWindow(row)
    if (last < 0) return Number.NaN
    const from = entries.time(row, 0)
    const ends = this.#newest.at(row) - this.#condition.ago
    if (from > ends - this.#condition.window / 2) return Number.NaN
    // The newest entry still grows.
    if (last === entries.count(row) - 1) return this.#compute(row, last)
    const to = entries.time(row, last)
    if (this.#usualFrom[row] !== from || this.#usualTo[row] !== to) {
      this.#usual[row] = this.#compute(row, last)
      this.#usualFrom[row] = from
      this.#usualTo[row] = to
    }
    return this.#usual[row] ?? Number.NaN
  }

  #compute(row: number, last: number): number {
    this.#median.empty()
    for (let entry = 0; entry <= last; entry += 1)
      this.#median.put(this.#past.mean(row, entry), this.#past.readings(row, entry))
    return this.#median.weight < this.#condition.samples ? Number.NaN : this.#median.value()
  }

  /** The last entry that lies wholly in the window; -1: none does. */
  #lastInWindow(row: number): number {
    const { entries } = this.#past
    const newest = this.#newest.at(row)
    const ends = newest - this.#condition.ago
    let entry = entries.count(row) - 1
    while (entry >= 0) {
      const began = entries.time(row, entry)
      const ended =
        this.#past.readings(row, entry) === 1
          ? began
          : Math.min(entries.cellEnd(began) - 1, newest)
      if (ended <= ends) return entry
      entry -= 1
    }
    return -1
  }
}
