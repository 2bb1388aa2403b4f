/**
 * Who is due when: a binary heap over the numbers 0 to size - 1, each at most once, so it never
 * holds more than there are targets.
 *
 * Most dues are put off long before they come: a device that reports moves its no-data due with
 * every message. So a due that moved later, or fell away, is left where it stands and looked at
 * only when it reaches the top. `dueOf` always knows the truth; a due that moves earlier must be
 * told with `sooner`.
 */
export class DueQueue {
  readonly #dueOf: (index: number) => number
  readonly #heap: number[] = []
  /** By index: the due it stands in the heap with, never later than the true one. */
  readonly #keys: Float64Array
  /** By index: its place in the heap, or -1. */
  readonly #places: Int32Array

  /** `dueOf`: the true due of an index, Infinity for none. */
  constructor(size: number, dueOf: (index: number) => number) {
    this.#dueOf = dueOf
    this.#keys = new Float64Array(size).fill(Infinity)
    this.#places = new Int32Array(size).fill(-1)
  }

  /** The due of `index` may have become earlier. O(log n). */
  sooner(index: number): void {
    const due = this.#dueOf(index)
    if (due === Infinity) return
    const place = this.#places[index] ?? -1
    if (place === -1) {
      this.#heap.push(index)
      this.#rise(this.#heap.length - 1, index, due)
    } else if (due < this.#key(index)) {
      this.#rise(place, index, due)
    }
  }

  /** The earliest true due; Infinity when nobody has one. */
  earliest(): number {
    for (;;) {
      const top = this.#heap[0]
      if (top === undefined) return Infinity
      const due = this.#dueOf(top)
      if (due <= this.#key(top)) return due
      if (due === Infinity) this.#removeTop(top)
      else this.#sink(top, due)
    }
  }

  /** Takes out everybody due at or before `now`, in the order of their numbers. */
  takeDue(now: number): readonly number[] {
    const due: number[] = []
    while (this.earliest() <= now) {
      const top = this.#heap[0]
      if (top === undefined) break
      this.#removeTop(top)
      due.push(top)
    }
    return due.toSorted((a, b) => a - b)
  }

  #removeTop(top: number): void {
    this.#places[top] = -1
    const last = this.#heap.pop()
    if (last !== undefined && last !== top) this.#sink(last, this.#key(last))
  }

  /** Puts `index` into the hole at `place` or above it. */
  #rise(place: number, index: number, due: number): void {
    let hole = place
    while (hole > 0) {
      const above = (hole - 1) >> 1
      const parent = this.#heap[above]
      if (parent === undefined || this.#key(parent) <= due) break
      this.#put(hole, parent)
      hole = above
    }
    this.#keys[index] = due
    this.#put(hole, index)
  }

  /** Puts `index` into the hole at the top or below it. */
  #sink(index: number, due: number): void {
    let hole = 0
    for (;;) {
      const below = this.#earlierChild(hole)
      const child = this.#heap[below]
      if (child === undefined || this.#key(child) >= due) break
      this.#put(hole, child)
      hole = below
    }
    this.#keys[index] = due
    this.#put(hole, index)
  }

  #earlierChild(place: number): number {
    const left = this.#heap[2 * place + 1]
    const right = this.#heap[2 * place + 2]
    if (left === undefined || right === undefined) return 2 * place + 1
    return 2 * place + (this.#key(right) < this.#key(left) ? 2 : 1)
  }

  #key(index: number): number {
    return this.#keys[index] ?? Infinity
  }

  #put(place: number, index: number): void {
    this.#heap[place] = index
    this.#places[index] = place
  }
}
