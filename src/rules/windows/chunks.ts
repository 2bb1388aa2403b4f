/** Chunks on one page, as a power of two: 16. A page is made when the first of them is needed. */
const PAGE_BITS = 4
const ON_A_PAGE = 1 << PAGE_BITS

/**
 * Pieces of `size` doubles, cut out of larger pages and given back when no longer needed: a row's
 * window costs its numbers and no objects.
 */
export class Chunks {
  readonly #size: number
  readonly #pages: Float64Array[] = []
  readonly #free: number[] = []
  #issued = 0

  constructor(size: number) {
    this.#size = size
  }

  /** A chunk nobody else has; what stands in it is left from before. */
  take(): number {
    const freed = this.#free.pop()
    if (freed !== undefined) return freed
    if (this.#issued % ON_A_PAGE === 0)
      this.#pages.push(new Float64Array(ON_A_PAGE * this.#size))
    this.#issued += 1
    return this.#issued - 1
  }

  giveBack(chunk: number): void {
    this.#free.push(chunk)
  }

  /** The page on which the chunk lies, from `offset` on. */
  page(chunk: number): Float64Array {
    const page = this.#pages[chunk >> PAGE_BITS]
    if (page === undefined) throw new RangeError(`no chunk ${chunk}`)
    return page
  }

  offset(chunk: number): number {
    return (chunk & (ON_A_PAGE - 1)) * this.#size
  }
}
