import type { LeafOf } from '../leaf-condition.ts'
import { FALSE, TRUE, type Truth, UNKNOWN } from '../truth.ts'
import { durationUs } from '../../domain/time.ts'
import { Buckets } from '../windows/buckets.ts'
import { Newest } from '../windows/newest.ts'
import { refuse, savedList } from '../windows/saved.ts'
import type { Figures, Leaf, LeafBlock, LeafSetting } from './leaf.ts'

type Flatline = LeafOf<'flatline'>

/** Cells a window is cut into. */
const CELLS = 32

/** What an entry holds. */
const LOW = 0
const HIGH = 1
const READINGS = 2

/**
 * TRUE when the value stayed within `epsilon` (highest - lowest ≤ epsilon) all through the window
 * that ends with the newest reading, by at least `samples` readings. The value with which the
 * window began, that of the last reading at or before newest - window, belongs to it. It rests on
 * readings alone and does not change as time passes without one.
 *
 * FALSE as soon as it moved by more, however little of the window is known. UNKNOWN while the
 * newest reading is; and while it did not move, but the readings do not reach back to where the
 * window began, or are fewer than `samples`.
 *
 * Rounding: readings of one 32nd of the window share an entry, and the oldest entry counts as a
 * whole: what was said in the same 32nd as the value with which the window began is held against it too.
 *
 * That a value may stand still (a constant, a pump that is off) is for another condition beside
 * this one to say.
 */
export const flatline: Leaf<Flatline> = {
  roles: ({ role }) => [role],
  lookBack: ({ window }) => durationUs(window + 2 * Math.ceil(window / CELLS)),
  isTimed: false,
  make: (condition, setting) => new FlatlineBlock(condition, setting),
}

class FlatlineBlock implements LeafBlock {
  readonly #condition: Flatline
  readonly #newest: Newest
  readonly #past: Buckets

  constructor(condition: Flatline, { rows }: LeafSetting) {
    this.#condition = condition
    this.#newest = new Newest(rows)
    const width = Math.ceil(condition.window / CELLS)
    this.#past = new Buckets(rows, { width, most: CELLS + 2, fields: 3 })
  }

  take(row: number, slot: number, at: number, value: number): void {
    if (Number.isNaN(value)) {
      this.lose(row)
      return
    }
    this.#newest.take(row, at, value, undefined)
    // All entries that began before the window go, except the last: it holds the value of its beginning.
    const begins = at - this.#condition.window
    this.#past.drop(row, this.#past.firstFrom(row, begins + 1) - 1)
    const entry = this.#past.entryAt(row, at)
    const before = this.#past.get(row, entry, READINGS)
    const isNew = Number.isNaN(before)
    this.#past.set(row, entry, READINGS, isNew ? 1 : before + 1)
    if (isNew || value < this.#past.get(row, entry, LOW))
      this.#past.set(row, entry, LOW, value)
    if (isNew || value > this.#past.get(row, entry, HIGH))
      this.#past.set(row, entry, HIGH, value)
  }

  lose(row: number): void {
    this.#newest.lose(row)
  }

  judge(row: number): Truth {
    if (this.#newest.isLost(row)) return UNKNOWN
    const { epsilon, window, samples } = this.#condition
    if (this.#spread(row) > epsilon) return FALSE
    const reachesBack = this.#past.time(row, 0) <= this.#newest.at(row) - window
    return reachesBack && this.#past.sum(row, 0, READINGS) >= samples ? TRUE : UNKNOWN
  }

  known(row: number): number {
    return this.#newest.at(row)
  }

  due(): number {
    return Infinity
  }

  figures(row: number): Figures {
    return { limit: this.#condition.epsilon, computed: this.#spread(row) }
  }

  level(): number {
    return 1
  }

  copy(from: number, to: number): void {
    this.#newest.copy(from, to)
    this.#past.copy(from, to)
  }

  clear(row: number): void {
    this.#newest.clear(row)
    this.#past.clear(row)
  }

  save(row: number): unknown {
    return [this.#newest.save(row), this.#past.save(row)]
  }

  load(row: number, saved: unknown): void {
    const [newest, past] = savedList(saved, 2)
    this.#newest.load(row, newest)
    this.#past.load(row, past)
    if (newest !== null && this.#past.count(row) === 0) refuse('entries for what it said')
  }

  /** Highest - lowest; NaN before any reading. */
  #spread(row: number): number {
    if (this.#past.count(row) === 0) return Number.NaN
    return this.#past.highest(row, HIGH) - this.#past.lowest(row, LOW)
  }
}
