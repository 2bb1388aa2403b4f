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
  /** By place in the heap: the due its index stands there with, never later than the true one. */
  readonly #keys: number[] = []
  /** By index: its place in the heap, or -1. */
  readonly #places: Int32Array

  /** `dueOf`: the true due of an index, Infinity for none. */
  constructor(size: number, dueOf: (index: number) => number) {
    this.#dueOf = dueOf
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
    } else if (due < this.#key(place)) {
      this.#rise(place, index, due)
    }
  }

  /** The earliest true due; Infinity when nobody has one. */
  earliest(): number {
    for (;;) {
      const top = this.#heap[0]
      if (top === undefined) return Infinity
      const due = this.#dueOf(top)
      if (due <= this.#key(0)) return due
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
    const key = this.#keys.pop()
    if (last !== undefined && key !== undefined && last !== top) this.#sink(last, key)
  }

  /** Puts `index` into the hole at `place` or above it. */
  #rise(place: number, index: number, due: number): void {
    let hole = place
    while (hole > 0) {
      const above = (hole - 1) >> 1
      const parent = this.#heap[above]
      if (parent === undefined || this.#key(above) <= due) break
      this.#put(hole, parent, this.#key(above))
      hole = above
    }
    this.#put(hole, index, due)
  }

  /** Puts `index` into the hole at the top or below it. */
  #sink(index: number, due: number): void {
    let hole = 0
    for (;;) {
      const below = this.#earlierChild(hole)
      const child = this.#heap[below]
      if (child === undefined || this.#key(below) >= due) break
      this.#put(hole, child, this.#key(below))
      hole = below
    }
    this.#put(hole, index, due)
  }

  #earlierChild(place: number): number {
    const left = 2 * place + 1
    return this.#key(left + 1) < this.#key(left) ? left + 1 : left
  }

  /** Infinity behind the last. */
  #key(place: number): number {
    return place < this.#keys.length ? (this.#keys[place] ?? Infinity) : Infinity
  }

  #put(place: number, index: number, key: number): void {
    this.#heap[place] = index
    this.#keys[place] = key
    this.#places[index] = place
  }
}
