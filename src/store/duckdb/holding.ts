/**
 * How long each value held in each window, and its mean over that time: a value holds until the next
 * reading of its point, whatever that says, and at most for a given time.
 */

import type { Windows } from '../reading-store.ts'
import { wholeAt } from './halves.ts'
import { isValid } from './vectors.ts'

/** Readings of many points, in the order of time for each of them. */
export interface HoldingRows {
  readonly count: number
  readonly point: Int32Array
  /** Whole microseconds in halves. */
  readonly effective: Int32Array
  readonly number: Float64Array
  /** Rows that count; left out when all do. */
  readonly valid: Uint8Array | undefined
}

/** Points below this find their place without a search. */
const maxDense = 4 * 1024 * 1024

/** State of each point, by its slot. */
interface Slots {
  /** When the newest reading was. */
  time: Float64Array
  /** What it said; NaN where that does not count. */
  value: Float64Array
  /** The window it lies in. */
  window: Int32Array
  /** Of this window so far: value times length, and length. */
  sum: Float64Array
  held: Float64Array
  /** 1 where the window has a reading that counts. */
  counted: Uint8Array
}

/** A state to come back to. */
export type Saved = { readonly slots: Slots; readonly used: number; readonly rows: number }

export class Holding {
  readonly #edges: Float64Array
  readonly #holds: number
  readonly #dense = new Int32Array(maxDense).fill(-1)
  readonly #sparse = new Map<number, number>()
  readonly #points: number[] = []
  #slots = emptySlots(1_024)
  readonly #out: Record<'point' | 'window' | 'mean' | 'covered', number[]> = {
    point: [],
    window: [],
    mean: [],
    covered: [],
  }

  constructor(edges: readonly number[], holds: number) {
    this.#edges = Float64Array.from(edges)
    this.#holds = holds
  }

  /** False when the times of a point do not ascend: then nothing may follow but `restore`. */
  take({ count, point, effective, number, valid }: HoldingRows): boolean {
    for (let row = 0; row < count; row++) {
      const slot = this.#slotOf(point[row] ?? 0)
      const time = wholeAt(effective, row)
      if (time <= (this.#slots.time[slot] ?? 0)) return false
      const value = isValid(valid, row) ? (number[row] ?? Number.NaN) : Number.NaN
      this.#advance(slot, time)
      this.#slots.time[slot] = time
      this.#slots.value[slot] = value
      if (!Number.isNaN(value) && time >= (this.#edges[0] ?? 0))
        this.#slots.counted[slot] = 1
    }
    return true
  }

  /** The rows of every window, in no order. */
  finish(): Windows {
    const end = this.#edges.at(-1) ?? 0
    for (let slot = 0; slot < this.#points.length; slot++) this.#advance(slot, end)
    const { point, window, mean, covered } = this.#out
    return {
      point: Uint32Array.from(point),
      window: Uint32Array.from(window),
      measures: {
        timeWeightedMean: Float64Array.from(mean),
        covered: Float64Array.from(covered),
      },
    }
  }

  save(): Saved {
    const slots = copyOf(this.#slots, this.#slots.time.length)
    return { slots, used: this.#points.length, rows: this.#out.point.length }
  }

  restore({ slots, used, rows }: Saved): void {
    for (const point of this.#points.splice(used)) {
      if (point >= 0 && point < maxDense) this.#dense[point] = -1
      else this.#sparse.delete(point)
    }
    this.#slots = copyOf(slots, slots.time.length)
    for (const column of Object.values(this.#out)) column.length = rows
  }

  /** Lets the newest value of the point hold until `to`, and closes the windows that end by then. */
  #advance(slot: number, to: number): void {
    const window = this.#hold(slot, to)
    if (to < (this.#edges[window + 1] ?? Infinity)) {
      this.#slots.window[slot] = window
    } else {
      this.#close(slot, window)
      this.#slots.window[slot] = windowAt(this.#edges, to)
    }
  }

  /** Gives the window in which the value ends. */
  #hold(slot: number, to: number): number {
    const { value: values, time, window: windows, sum, held } = this.#slots
    const value = values[slot] ?? 0
    const since = time[slot] ?? 0
    let window = windows[slot] ?? 0
    if (Number.isNaN(value)) return window
    const end = Math.min(to, since + this.#holds)
    let from = Math.max(since, this.#edges[0] ?? 0)
    while (from < end) {
      const edge = this.#edges[window + 1] ?? to
      const until = Math.min(end, edge)
      sum[slot] = (sum[slot] ?? 0) + value * (until - from)
      held[slot] = (held[slot] ?? 0) + (until - from)
      from = until
      if (from === edge) this.#close(slot, window++)
    }
    return window
  }

  #close(slot: number, window: number): void {
    const slots = this.#slots
    const held = slots.held[slot] ?? 0
    if (held > 0 || slots.counted[slot] === 1) {
      const length = (this.#edges[window + 1] ?? 0) - (this.#edges[window] ?? 0)
      this.#out.point.push(this.#points[slot] ?? 0)
      this.#out.window.push(window)
      this.#out.mean.push((slots.sum[slot] ?? 0) / held)
      this.#out.covered.push(held / length)
    }
    slots.sum[slot] = 0
    slots.held[slot] = 0
    slots.counted[slot] = 0
  }

  #slotOf(point: number): number {
    const isDense = point >= 0 && point < maxDense
    const known = isDense ? (this.#dense[point] ?? -1) : (this.#sparse.get(point) ?? -1)
    if (known !== -1) return known
    const slot = this.#points.push(point) - 1
    if (isDense) this.#dense[point] = slot
    else this.#sparse.set(point, slot)
    if (slot >= this.#slots.time.length) this.#slots = copyOf(this.#slots, 2 * slot)
    return slot
  }
}

/** The window that begins at `time` or last before it; beyond the last one where none does. */
function windowAt(edges: Float64Array, time: number): number {
  let [low, high] = [0, edges.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if ((edges[middle] ?? 0) <= time) low = middle
    else high = middle - 1
  }
  return low
}

function emptySlots(length: number): Slots {
  return {
    time: new Float64Array(length).fill(-Infinity),
    value: new Float64Array(length).fill(Number.NaN),
    window: new Int32Array(length),
    sum: new Float64Array(length),
    held: new Float64Array(length),
    counted: new Uint8Array(length),
  }
}

function copyOf(slots: Slots, length: number): Slots {
  const copy = emptySlots(length)
  copy.time.set(slots.time)
  copy.value.set(slots.value)
  copy.window.set(slots.window)
  copy.sum.set(slots.sum)
  copy.held.set(slots.held)
  copy.counted.set(slots.counted)
  return copy
}
