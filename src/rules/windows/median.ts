/**
 * The weighted median of what is put in: half of the weight lies on either side. With equal weights
 * it is the ordinary median, the mean of the two in the middle for an even number. Made once and
 * used again and again, so that asking costs no memory.
 */
export class Median {
  readonly #values: Float64Array
  readonly #weights: Float64Array
  #count = 0
  #weight = 0

  /** `most`: how many values it can hold. */
  constructor(most: number) {
    this.#values = new Float64Array(most)
    this.#weights = new Float64Array(most)
  }

  /** Of everything put in since the last `empty`. */
  get weight(): number {
    return this.#weight
  }

  empty(): void {
    this.#count = 0
    this.#weight = 0
  }

  /** Keeps the values sorted: they are few, and mostly near their place already. */
  put(value: number, weight: number): void {
    if (this.#count === this.#values.length) throw new RangeError('too many values')
    let place = this.#count
    while (place > 0 && (this.#values[place - 1] ?? 0) > value) {
      this.#values[place] = this.#values[place - 1] ?? 0
      this.#weights[place] = this.#weights[place - 1] ?? 0
      place -= 1
    }
    this.#values[place] = value
    this.#weights[place] = weight
    this.#count += 1
    this.#weight += weight
  }

  /** NaN of nothing. */
  value(): number {
    const half = this.#weight / 2
    let below = 0
    for (let place = 0; place < this.#count; place += 1) {
      below += this.#weights[place] ?? 0
      const value = this.#values[place] ?? Number.NaN
      if (below > half) return value
      if (below === half) return (value + (this.#values[place + 1] ?? value)) / 2
    }
    return Number.NaN
  }
}
