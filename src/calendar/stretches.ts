import { HOUR } from '../domain/time.ts'

/** A day of UTC in µs. Civil days begin elsewhere in it: it only cuts the axis of time into pieces. */
export const DAY_US = 24 * HOUR

/** What holds during one UTC day: `states[i]` from `from[i]` (µs) to the next; the first is the day's start. */
export interface DayOfStretches<S> {
  readonly from: readonly number[]
  readonly states: readonly S[]
}

interface Bounds {
  /** Days whose stretches are kept; then all are forgotten at once. */
  readonly kept: number
  /** A change is looked for up to the next multiple of so many days, and looked for again from there. */
  readonly horizon: number
}

/**
 * Something that only time changes, worked out day by day. Every answer is a function of the time
 * asked about alone, never of what was asked before, so that a replay sees what was seen live.
 */
export class Stretches<S> {
  readonly #ofDay: (start: number) => DayOfStretches<S>
  readonly #bounds: Bounds
  readonly #days = new Map<number, DayOfStretches<S>>()
  #from = 0
  #to = 0
  #state: S

  /** `ofDay` gets the start of a UTC day in µs. */
  constructor(ofDay: (start: number) => DayOfStretches<S>, bounds: Bounds, unknown: S) {
    this.#ofDay = ofDay
    this.#bounds = bounds
    this.#state = unknown
  }

  /** What holds at `at` (µs). Two comparisons while the time stays within one stretch. */
  at(at: number): S {
    if (!(at >= this.#from && at < this.#to)) this.#seek(at)
    return this.#state
  }

  /** The next µs after `at` at which another state may hold; at most `horizon` days away. */
  changes(at: number): number {
    if (!(at >= this.#from && at < this.#to)) this.#seek(at)
    return this.#to
  }

  #seek(at: number): void {
    const start = Math.floor(at / DAY_US) * DAY_US
    const day = this.#day(start)
    const here = lastUpTo(day.from, at)
    const state = day.states[here]
    if (state === undefined) return
    this.#state = state
    this.#from = day.from[here] ?? start
    this.#to = this.#end(start, here, state)
  }

  #end(start: number, here: number, state: S): number {
    const block = this.#bounds.horizon * DAY_US
    const horizon = (Math.floor(start / block) + 1) * block
    let first = here + 1
    for (let day = start; day < horizon; day += DAY_US) {
      const { from, states } = this.#day(day)
      for (let i = first; i < from.length; i++) {
        if (states[i] !== state) return from[i] ?? day
      }
      first = 0
    }
    return horizon
  }

  #day(start: number): DayOfStretches<S> {
    const kept = this.#days.get(start)
    if (kept !== undefined) return kept
    if (this.#days.size >= this.#bounds.kept) this.#days.clear()
    const made = this.#ofDay(start)
    this.#days.set(start, made)
    return made
  }
}

function lastUpTo(from: readonly number[], at: number): number {
  let here = 0
  while (here + 1 < from.length && (from[here + 1] ?? Infinity) <= at) here += 1
  return here
}
