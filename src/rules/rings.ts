import type { Said } from './recent.ts'

/**
 * Rings of readings, of a few sizes, side by side in three columns. Each lies at a multiple of its
 * size, so that a step round it is one `&`: memory is given out in pieces of the largest size, a piece
 * to the rings of one size. A ring that is given back serves the next that asks for its size.
 */
export class Rings {
  /** µs; -Infinity for a place that holds nothing. */
  at = new Float64Array(0)
  value = new Float64Array(0)
  meta = new Uint8Array(0)
  readonly #largest: number
  /** By size: first places of rings that nobody has. */
  readonly #free = new Map<number, number[]>()
  #used = 0

  /** Sizes are powers of two up to `largest`. */
  constructor(largest: number) {
    this.#largest = largest
  }

  /** The first place of an empty ring. */
  take(size: number): number {
    const free = this.#free.get(size) ?? this.#piece(size)
    const first = free.pop()
    if (first === undefined) {
      this.#free.delete(size)
      return this.take(size)
    }
    return first
  }

  release(first: number, size: number): void {
    this.at.fill(-Infinity, first, first + size)
    const free = this.#free.get(size)
    if (free === undefined) this.#free.set(size, [first])
    else free.push(first)
  }

  put(place: number, { at, value, meta }: Said): void {
    this.at[place] = at
    this.value[place] = value
    this.meta[place] = meta
  }

  copy(from: number, to: number): void {
    this.at[to] = this.at[from] ?? -Infinity
    this.value[to] = this.value[from] ?? Number.NaN
    this.meta[to] = this.meta[from] ?? 0
  }

  /** Cuts one more piece into rings of a size. */
  #piece(size: number): number[] {
    if (this.#used === this.at.length) this.#grow(Math.max(this.#largest, 2 * this.#used))
    const free: number[] = []
    this.#used += this.#largest
    for (let first = this.#used - size; first >= this.#used - this.#largest; first -= size)
      free.push(first)
    this.#free.set(size, free)
    return free
  }

  #grow(places: number): void {
    const { at, value, meta } = this
    this.at = new Float64Array(places).fill(-Infinity, at.length)
    this.at.set(at)
    this.value = new Float64Array(places)
    this.value.set(value)
    this.meta = new Uint8Array(places)
    this.meta.set(meta)
  }
}
