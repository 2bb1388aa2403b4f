import type { Rows } from './rows.ts'
import type { Episode } from './story.ts'

/** Episodes a target keeps at most; older ones cannot be corrected any more. */
const MOST_EPISODES = 64

/**
 * The first time the target's checkpoints move after an episode is not before its end, and every second
 * time is more than a window after the one before it: by the fifth, two windows are over.
 */
const MOVES = 5

/**
 * When the alarms of a rule stood and were told as over, by target, the oldest first: of the last two
 * windows at least. Counted and not measured by the clock, for every quiet reading comes by here.
 */
export class Episodes {
  /** By target: how often its checkpoints must still move until none matters; 0 where there are none. */
  readonly moves: Uint8Array
  /** As pairs of raise and end, µs; a last raise without an end is of the alarm that stands. */
  readonly #pairs = new Map<number, number[]>()

  constructor(size: number) {
    this.moves = new Uint8Array(size)
  }

  /**
   * As pairs of raise and end, µs; a last raise without an end is what was told of the alarm that
   * stands, where a late reading has moved its raise since.
   */
  of(target: number): readonly number[] {
    return (this.moves[target] === 0 ? undefined : this.#pairs.get(target)) ?? []
  }

  /** When people were told that the alarm that stands began, µs, where a late reading has moved that since. */
  toldAt(target: number): number | undefined {
    const pairs = this.of(target)
    return pairs.length % 2 === 1 ? pairs.at(-1) : undefined
  }

  /** Those that ended at `from` (µs) or later, and those that were not over at an evaluation before. */
  since(target: number, from: number, then: Standing): number[] {
    const pairs = this.of(target)
    return pairs.filter((_, index) => {
      const [raisedAt = 0, end = Infinity] = pairs.slice(index & ~1)
      return end >= from || !isSettled({ raisedAt, end }, then)
    })
  }

  add(target: number, raisedAt: number, end: number): void {
    const pairs = this.moves[target] === 0 ? undefined : this.#pairs.get(target)
    if (pairs === undefined) this.#pairs.set(target, [raisedAt, end])
    else {
      if (pairs.length % 2 === 1) pairs.pop()
      pairs.push(raisedAt, end)
      if (pairs.length > 2 * MOST_EPISODES) pairs.splice(0, 2)
    }
    this.moves[target] = MOVES
  }

  /** All of them at once. */
  set(target: number, pairs: readonly number[]): void {
    if (pairs.length === 0) this.forget(target)
    else {
      const over = Math.max(0, pairs.length - 2 * MOST_EPISODES)
      this.#pairs.set(target, pairs.slice(over + (over % 2)))
      this.moves[target] = MOVES
    }
  }

  /** What is now becomes the target's newer checkpoint; `areOld`: it was judged last two windows ago. */
  moved(target: number, areOld: boolean): void {
    const moves = this.moves[target] ?? 0
    if (moves === 0) return
    if (moves === 1 || areOld) this.forget(target)
    else this.moves[target] = moves - 1
  }

  forget(target: number): void {
    if (this.moves[target] === 0) return
    this.moves[target] = 0
    this.#pairs.delete(target)
  }
}

/** What a row says of the alarm at its last evaluation. */
export interface Standing {
  /** Of that evaluation, µs. */
  readonly time: number
  /** When the alarm that stood then began, µs; Infinity when none did. */
  readonly raisedAt: number
}

export function standingIn({ phase, raisedAt, time }: Rows, row: number): Standing {
  const isOpen = (phase[row] ?? 0) >= 2
  return {
    time: time[row] ?? -Infinity,
    raisedAt: isOpen ? (raisedAt[row] ?? Infinity) : Infinity,
  }
}

/**
 * Was the episode over at that evaluation? Its end alone does not say: where a slow point was not known
 * when the delay ran out, that is found out at the next reading, and the end lies before that.
 */
export function isSettled({ raisedAt, end }: Episode, at: Standing): boolean {
  return (end ?? Infinity) <= at.time && raisedAt < at.raisedAt
}
