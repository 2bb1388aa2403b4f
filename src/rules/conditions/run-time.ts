import { durationUs } from '../../domain/time.ts'
import type { LeafOf } from '../leaf-condition.ts'
import { FALSE, TRUE, type Truth, UNKNOWN } from '../truth.ts'
import { Newest } from '../windows/newest.ts'
import { Running } from '../windows/running.ts'
import { savedList } from '../windows/saved.ts'
import type { Figures, Leaf, LeafBlock, LeafSetting } from './leaf.ts'

type RunTime = LeafOf<'runTime'>

/**
 * TRUE while the value was at or above `on` for longer than `budget` in (now - window, now]. A value
 * counts until the next reading, known or not, but vouches for itself no longer than the rule's
 * `maxGap`: the rest of a gap is neither on nor off. Time alone changes it: a pump that runs on
 * uses its budget up, and what it ran long ago leaves the window.
 *
 * UNKNOWN while the newest reading is; and, within the budget, while less than half of the window
 * is known.
 *
 * Rounding: the window is cut into 32 cells; of the one that is leaving, the share still inside
 * counts, as if it had run evenly there: right to window / 32.
 */
export const runTime: Leaf<RunTime> = {
  roles: ({ role }) => [role],
  lookBack: ({ window }) => durationUs(window + 2 * Math.ceil(window / 32)),
  isTimed: true,
  make: (condition, setting) => new RunTimeBlock(condition, setting),
}

class RunTimeBlock implements LeafBlock {
  readonly #condition: RunTime
  readonly #setting: LeafSetting
  readonly #newest: Newest
  readonly #running: Running

  constructor(condition: RunTime, setting: LeafSetting) {
    this.#condition = condition
    this.#setting = setting
    this.#newest = new Newest(setting.rows)
    this.#running = new Running(setting.rows, condition.window)
  }

  take(row: number, slot: number, at: number, value: number): void {
    this.#settle(row, at)
    if (Number.isNaN(value)) this.#newest.lose(row)
    else this.#newest.take(row, at, value, undefined)
  }

  lose(row: number, slot: number, at: number): void {
    this.#settle(row, at)
    this.#newest.lose(row)
  }

  judge(row: number, at: number): Truth {
    if (this.#newest.isLost(row)) return UNKNOWN
    if (this.#on(row, at) > this.#condition.budget) return TRUE
    return this.#known(row, at) >= this.#condition.window / 2 ? FALSE : UNKNOWN
  }

  known(row: number): number {
    return this.#newest.at(row)
  }

  /**
   * Never later than the change. Where the change is far away it is a time before which nothing can
   * happen, found without looking for the change itself: this is asked after every reading.
   */
  due(row: number, at: number): number {
    if (this.#newest.isLost(row)) return Infinity
    const soonest = this.#soonest(row, at)
    if (soonest - at > this.#running.width) return Math.floor(soonest)
    return this.#change(row, at)
  }

  /** Both in seconds. */
  figures(row: number, at: number): Figures {
    return { limit: this.#condition.budget / 1e6, computed: this.#on(row, at) / 1e6 }
  }

  level(): number {
    return 1
  }

  copy(from: number, to: number): void {
    this.#newest.copy(from, to)
    this.#running.copy(from, to)
  }

  clear(row: number): void {
    this.#newest.clear(row)
    this.#running.clear(row)
  }

  save(row: number): unknown {
    return [this.#newest.save(row), this.#running.save(row)]
  }

  load(row: number, saved: unknown): void {
    const [newest, running] = savedList(saved, 2)
    this.#newest.load(row, newest)
    this.#running.load(row, running)
  }

  /** Adds what the newest value vouches for up to `at` to the sums. */
  #settle(row: number, at: number): void {
    if (this.#newest.isLost(row)) return
    const stretch = { from: this.#newest.at(row), to: Math.min(at, this.#vouched(row)) }
    this.#running.add(row, { ...stretch, isOn: this.#isOn(row) })
  }

  #isOn(row: number): boolean {
    return this.#newest.value(row) >= this.#condition.on
  }

  /** Until when the newest value counts, µs. */
  #vouched(row: number): number {
    return this.#newest.at(row) + this.#setting.maxGap(row)
  }

  #on(row: number, at: number): number {
    return this.#running.on(row, at) + (this.#isOn(row) ? this.#still(row, at) : 0)
  }

  #known(row: number, at: number): number {
    return this.#running.known(row, at) + this.#still(row, at)
  }

  /** What the newest value vouches for within the window that ends at `at`, µs. */
  #still(row: number, at: number): number {
    if (this.#newest.isLost(row)) return 0
    const begins = at - this.#condition.window
    const from = Math.max(this.#newest.at(row), begins)
    return Math.max(0, Math.min(at, this.#vouched(row)) - from)
  }

  /** A time before which the judgement cannot change: no sum grows or shrinks faster than time. */
  #soonest(row: number, at: number): number {
    const { budget, window } = this.#condition
    const vouched = this.#vouched(row)
    const grows = at < vouched
    const spare = budget - this.#on(row, at)
    if (spare < 0) return (grows && this.#isOn(row) ? vouched : at) - spare
    const usedUp = grows && this.#isOn(row) && spare < vouched - at ? at + spare : Infinity
    const enough = this.#known(row, at) - window / 2
    if (enough >= 0) return Math.min(usedUp, Math.max(at, vouched) + enough)
    return Math.min(usedUp, -enough <= vouched - at ? at - enough : Infinity)
  }

  /**
   * When the judgement changes, or a bend about a cell later up to which it does not. Between bends all sums
   * are straight lines.
   */
  #change(row: number, at: number): number {
    const now = this.judge(row, at)
    let from = at
    while (from - at <= this.#running.width) {
      const to = this.#nextBend(row, from)
      if (to === Infinity) return Infinity
      if (this.judge(row, to) !== now) return this.#crossing(row, from, to)
      from = to
    }
    return from
  }

  #nextBend(row: number, at: number): number {
    const { window } = this.#condition
    const vouched = this.#vouched(row)
    const begins = this.#newest.at(row) + window
    let next = this.#running.nextBend(row, at)
    if (vouched > at) next = Math.min(next, vouched)
    if (begins > at) next = Math.min(next, begins)
    return vouched + window > at ? Math.min(next, vouched + window) : next
  }

  /** The first µs after `from` at which the judgement is not as it was; at `to` it is otherwise. */
  #crossing(row: number, from: number, to: number): number {
    const before = this.judge(row, from)
    let same = from
    let other = to
    while (other - same > 1) {
      const middle = Math.floor((same + other) / 2)
      if (this.judge(row, middle) === before) same = middle
      else other = middle
    }
    return other
  }
}
