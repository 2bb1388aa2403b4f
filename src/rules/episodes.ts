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
  /** As pairs of raise and end, µs. */
  readonly #pairs = new Map<number, number[]>()

  constructor(size: number) {
    this.moves = new Uint8Array(size)
  }

  /** As pairs of raise and end, those that ended before `from` (µs) left out. */
  of(target: number, from: number): readonly number[] {
    const pairs = this.moves[target] === 0 ? undefined : this.#pairs.get(target)
    if (pairs === undefined) return []
    let gone = 0
    while (gone < pairs.length && (pairs[gone + 1] ?? 0) < from) gone += 2
    return pairs.slice(gone)
  }

  add(target: number, raisedAt: number, end: number): void {
    const pairs = this.moves[target] === 0 ? undefined : this.#pairs.get(target)
    if (pairs === undefined) this.#pairs.set(target, [raisedAt, end])
    else {
      pairs.push(raisedAt, end)
      if (pairs.length > 2 * MOST_EPISODES) pairs.splice(0, 2)
    }
    this.moves[target] = MOVES
  }

  /** All of them at once. */
  set(target: number, pairs: readonly number[]): void {
    if (pairs.length === 0) this.forget(target)
    else {
      this.#pairs.set(target, pairs.slice(-2 * MOST_EPISODES))
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
