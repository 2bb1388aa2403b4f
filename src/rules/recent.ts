import { REORDER_WINDOW } from '../domain/reading.ts'
import { Rings } from './rings.ts'

/** Readings older than this (µs) behind the newest of their point are not kept: two windows, for two checkpoints. */
export const KEPT = 2 * REORDER_WINDOW
/** Readings behind the newest that a point keeps at most; what is older than those is history only. */
export const MOST_RECENT = 1_024
/** Rings hold 4, 16, 64, 256 or 1,024 readings; a point moves to the next size when its ring is full. */
const SMALLEST = 4
const GROWTH = 4

/** What a point said at one time; `meta` is the business of `points.ts`. */
export interface Said {
  /** µs. */
  readonly at: number
  readonly value: number
  readonly meta: number
}

/** Readings as columns: of points, or of one point in the order of time. */
export interface ReadingColumns {
  readonly at: Float64Array
  readonly value: Float64Array
  readonly meta: Uint8Array
}

/**
 * The readings just behind the newest of each point, counted back from there: 0 is the one before it.
 * In rings in columns of doubles, because every reading comes by here: a list for each point would be
 * grown, moved and swept all the time. Slow points have no ring at all.
 *
 * From its cursor round to its cursor a ring is in the order of time; places that hold nothing are of
 * time -Infinity and so come first. One more is kept by writing over the place at the cursor and moving
 * that on. Only where what is there still matters is there anything else to do.
 */
export class Recent {
  readonly #newest: ReadingColumns
  readonly rings = new Rings(MOST_RECENT)
  /** By point: the size of its ring less one; 0: it has none. */
  readonly mask: Uint16Array
  /** By point: the place of its ring's cursor. Made with the first ring. */
  cursor = new Uint32Array(0)

  constructor(newest: ReadingColumns) {
    this.#newest = newest
    this.mask = new Uint16Array(newest.at.length)
  }

  /** µs; -Infinity where there are not so many. */
  at(point: number, index: number): number {
    const mask = this.mask[point] ?? 0
    if (mask === 0 || index > mask) return -Infinity
    return this.rings.at[this.#place(point, index)] ?? -Infinity
  }

  /** `index` is one of those there are. */
  get(point: number, index: number): Said {
    const place = this.#place(point, index)
    const { at, value, meta } = this.rings
    return {
      at: at[place] ?? -Infinity,
      value: value[place] ?? Number.NaN,
      meta: meta[place] ?? 0,
    }
  }

  /** How many there are from `from` (µs) on. */
  count(point: number, from: number): number {
    let count = 0
    while (count < MOST_RECENT && this.at(point, count) >= from) count += 1
    return count
  }

  /** The first `count` of them into `to`, the oldest first. */
  copyTo(point: number, count: number, to: ReadingColumns): void {
    const { at, value, meta } = this.rings
    for (let index = 0; index < count; index += 1) {
      const place = this.#place(point, count - 1 - index)
      to.at[index] = at[place] ?? -Infinity
      to.value[index] = value[place] ?? Number.NaN
      to.meta[index] = meta[place] ?? 0
    }
  }

  /**
   * The newest reading of a point becomes one of these, for a newer one comes. Those before `from` (µs)
   * do not matter any more, though they may be here for a while.
   */
  keepNewest(point: number, from: number): void {
    const before = this.#newest.at[point] ?? -Infinity
    if (before < from) {
      this.#forget(point)
      return
    }
    const place = this.#room(point, from)
    const mask = this.mask[point] ?? 0
    const { at, value, meta } = this.rings
    at[place] = before
    value[place] = this.#newest.value[point] ?? Number.NaN
    meta[place] = this.#newest.meta[point] ?? 0
    this.cursor[point] = (place & ~mask) | ((place + 1) & mask)
  }

  /** Puts a reading in behind `index` newer ones. Where there are too many, the oldest goes. */
  insert(point: number, index: number, said: Said, from: number): void {
    // It would be the oldest, and so the first to go.
    if (index >= MOST_RECENT) return
    this.#room(point, from)
    const mask = this.mask[point] ?? 0
    for (let older = mask; older > index; older -= 1)
      this.rings.copy(this.#place(point, older - 1), this.#place(point, older))
    this.replace(point, index, said)
  }

  replace(point: number, index: number, said: Said): void {
    this.rings.put(this.#place(point, index), said)
  }

  /** The place of the reading behind `index` newer ones, of a point with a ring. */
  #place(point: number, index: number): number {
    const cursor = this.cursor[point] ?? 0
    const mask = this.mask[point] ?? 0
    return (cursor & ~mask) | ((cursor - 1 - index) & mask)
  }

  /** The place at the cursor of a point's ring, made large enough that nothing there matters. */
  #room(point: number, from: number): number {
    if (this.cursor.length === 0) this.cursor = new Uint32Array(this.mask.length)
    const mask = this.mask[point] ?? 0
    const place = this.cursor[point] ?? 0
    const matters = mask === 0 || (this.rings.at[place] ?? -Infinity) >= from
    if (!matters || mask + 1 === MOST_RECENT) return place
    if (mask > 0) return this.#moveUp(point, GROWTH * (mask + 1))
    // At this pace the smallest would soon be full.
    const isFast = (this.#newest.at[point] ?? -Infinity) > from + KEPT - KEPT / SMALLEST
    return this.#moveUp(point, isFast ? GROWTH * SMALLEST : SMALLEST)
  }

  #moveUp(point: number, size: number): number {
    const mask = this.mask[point] ?? 0
    const first = this.rings.take(size)
    if (mask > 0) {
      for (let index = 0; index <= mask; index += 1)
        this.rings.copy(this.#place(point, index), first + size - 1 - index)
      this.#forget(point)
    }
    this.cursor[point] = first
    this.mask[point] = size - 1
    return first
  }

  #forget(point: number): void {
    const mask = this.mask[point] ?? 0
    if (mask === 0) return
    this.rings.release((this.cursor[point] ?? 0) & ~mask, mask + 1)
    this.mask[point] = 0
  }
}
