import { Chunks } from './chunks.ts'
import { refuse, savedNumbers } from './saved.ts'

/** What a window is cut into. */
export interface Cut {
  /** Length of a cell of the time grid, µs: whole, at least 1. */
  readonly width: number
  /** Most entries a row may have; the oldest goes when one more is needed. At least 1. */
  readonly most: number
  /** Numbers an entry holds beside its time. */
  readonly fields: number
}

/**
 * The recent past of every row as a short list of entries, oldest first: at most one for each cell
 * of a time grid (multiples of `width` since 1970, so it depends on the readings alone where one
 * cell ends). An entry knows when its first reading was, to the µs, and `fields` numbers that are
 * the kind's own. A cell without a reading has no entry: readings that are at least `width` apart
 * are kept exactly, those that are closer share an entry.
 *
 * Memory of a row: (1 + fields) × 8 bytes an entry, in steps of 4, 12 and `most` entries.
 */
export class Buckets {
  readonly #cut: Cut
  readonly #stride: number
  readonly #sizes: readonly number[]
  readonly #chunks: readonly Chunks[]
  /** Which of `sizes` the row's chunk has; 255: none yet. */
  readonly #size: Uint8Array
  readonly #chunk: Int32Array
  readonly #count: Uint16Array
  #page: Float64Array = nowhere
  #start = 0

  constructor(rows: number, cut: Cut) {
    this.#cut = cut
    this.#stride = 1 + cut.fields
    this.#sizes = [4, 12, cut.most].filter(
      (size, index, all) => size < cut.most || index === all.length - 1,
    )
    this.#chunks = this.#sizes.map((size) => new Chunks(size * this.#stride))
    this.#size = new Uint8Array(rows).fill(NO_CHUNK)
    this.#chunk = new Int32Array(rows)
    this.#count = new Uint16Array(rows)
  }

  count(row: number): number {
    return this.#count[row] ?? 0
  }

  /** Of the `index`-th oldest entry: when its first reading was, µs. */
  time(row: number, index: number): number {
    return this.get(row, index, -1)
  }

  /** A field of the `index`-th oldest entry. */
  get(row: number, index: number, field: number): number {
    this.#seek(row)
    return this.#page[this.#start + index * this.#stride + 1 + field] ?? Number.NaN
  }

  set(row: number, index: number, field: number, value: number): void {
    this.#seek(row)
    this.#page[this.#start + index * this.#stride + 1 + field] = value
  }

  /**
   * The index of the entry for a reading at `at`, the newest so far: that of its cell, or a new one
   * whose fields are NaN.
   */
  entryAt(row: number, at: number): number {
    const count = this.count(row)
    const { width } = this.#cut
    if (
      count > 0 &&
      Math.floor(this.time(row, count - 1) / width) === Math.floor(at / width)
    )
      return count - 1
    return this.#append(row, at)
  }

  /** Lets the entry stand for its newest reading, at `at` in the same cell, instead of its first. */
  restamp(row: number, index: number, at: number): void {
    this.set(row, index, -1, at)
  }

  /** The first entry that began at `at` or later; `count` when there is none. */
  firstFrom(row: number, at: number): number {
    const count = this.count(row)
    if (count === 0) return 0
    this.#seek(row)
    const page = this.#page
    const start = this.#start
    let index = 0
    while (index < count && (page[start + index * this.#stride] ?? at) < at) index += 1
    return index
  }

  /** The sum of a field over the entries from `first` on. */
  sum(row: number, first: number, field: number): number {
    const count = this.count(row)
    if (first >= count) return 0
    this.#seek(row)
    const page = this.#page
    const start = this.#start
    let sum = 0
    for (let index = first; index < count; index += 1)
      sum += page[start + index * this.#stride + 1 + field] ?? 0
    return sum
  }

  /** The youngest entry from which on a field sums up to at least `sum`; -1: all together do not. */
  lastWith(row: number, field: number, sum: number): number {
    if (this.count(row) === 0) return -1
    this.#seek(row)
    const page = this.#page
    const start = this.#start
    let index = this.count(row)
    let left = sum
    while (left > 0 && index > 0) {
      index -= 1
      left -= page[start + index * this.#stride + 1 + field] ?? 0
    }
    return left > 0 ? -1 : index
  }

  /** The lowest value of a field; Infinity where there is no entry. */
  lowest(row: number, field: number): number {
    return this.#extreme(row, field, 1)
  }

  /** The highest value of a field; -Infinity where there is no entry. */
  highest(row: number, field: number): number {
    return -this.#extreme(row, field, -1)
  }

  /** When the cell of a time ends, µs. */
  cellEnd(at: number): number {
    const { width } = this.#cut
    return (Math.floor(at / width) + 1) * width
  }

  /** Forgets the `number` oldest entries. */
  drop(row: number, number: number): void {
    if (number <= 0) return
    this.#seek(row)
    const page = this.#page
    const start = this.#start
    const end = start + this.count(row) * this.#stride
    page.copyWithin(start, start + number * this.#stride, end)
    this.#count[row] = this.count(row) - number
  }

  copy(from: number, to: number): void {
    if (from === to) return
    this.clear(to)
    const count = this.count(from)
    if (count === 0) return
    this.#reserve(to, count)
    this.#seek(from)
    const start = this.#start
    const entries = this.#page.subarray(start, start + count * this.#stride)
    this.#seek(to)
    this.#page.set(entries, this.#start)
    this.#count[to] = count
  }

  clear(row: number): void {
    const size = this.#size[row] ?? NO_CHUNK
    if (size !== NO_CHUNK) this.#chunks[size]?.giveBack(this.#chunk[row] ?? 0)
    this.#size[row] = NO_CHUNK
    this.#count[row] = 0
  }

  /** One list: the time of the first entry and from then on the steps, each before its fields. */
  save(row: number): readonly number[] {
    const saved: number[] = []
    let before = 0
    for (let index = 0; index < this.count(row); index += 1) {
      const at = this.time(row, index)
      saved.push(at - before)
      before = at
      for (let field = 0; field < this.#cut.fields; field += 1)
        saved.push(this.get(row, index, field))
    }
    return saved
  }

  load(row: number, saved: unknown): void {
    const numbers = savedNumbers(saved)
    const count = numbers.length / this.#stride
    if (!Number.isInteger(count) || count > this.#cut.most)
      refuse(`entries of ${this.#stride} numbers, at most ${this.#cut.most}`)
    this.clear(row)
    let at = 0
    for (let index = 0; index < count; index += 1) {
      const step = numbers[index * this.#stride] ?? Number.NaN
      if (!Number.isSafeInteger(at + step) || (index > 0 && step <= 0))
        refuse('times of entries that grow')
      at += step
      this.#append(row, at)
      for (let field = 0; field < this.#cut.fields; field += 1)
        this.set(row, index, field, numbers[index * this.#stride + 1 + field] ?? Number.NaN)
    }
  }

  #append(row: number, at: number): number {
    if (this.count(row) === this.#cut.most) this.drop(row, 1)
    const index = this.count(row)
    this.#reserve(row, index + 1)
    this.#count[row] = index + 1
    this.set(row, index, -1, at)
    for (let field = 0; field < this.#cut.fields; field += 1)
      this.set(row, index, field, Number.NaN)
    return index
  }

  /** Moves the row to a larger chunk when it has no room for so many entries. */
  #reserve(row: number, entries: number): void {
    const size = this.#size[row] ?? NO_CHUNK
    if (size !== NO_CHUNK && (this.#sizes[size] ?? 0) >= entries) return
    const larger = this.#sizes.findIndex((each) => each >= entries)
    const target = this.#chunks[larger]
    if (target === undefined) throw new RangeError(`no room for ${entries} entries`)
    const chunk = target.take()
    if (size !== NO_CHUNK) {
      this.#seek(row)
      const page = this.#page
      const start = this.#start
      const entriesNow = page.subarray(start, start + this.count(row) * this.#stride)
      target.page(chunk).set(entriesNow, target.offset(chunk))
      this.#chunks[size]?.giveBack(this.#chunk[row] ?? 0)
    }
    this.#size[row] = larger
    this.#chunk[row] = chunk
  }

  /** Turns to where the row's entries are: `#page`, from `#start` on. No object, for it is asked all the time. */
  #seek(row: number): void {
    const chunks = this.#chunks[this.#size[row] ?? NO_CHUNK]
    if (chunks === undefined) throw new RangeError(`row ${row} has no entries`)
    const chunk = this.#chunk[row] ?? 0
    this.#page = chunks.page(chunk)
    this.#start = chunks.offset(chunk)
  }

  /** The lowest of a field times `sign`. */
  #extreme(row: number, field: number, sign: 1 | -1): number {
    const count = this.count(row)
    if (count === 0) return Infinity
    this.#seek(row)
    const page = this.#page
    const start = this.#start
    let lowest = Infinity
    for (let index = 0; index < count; index += 1) {
      const value = sign * (page[start + index * this.#stride + 1 + field] ?? Infinity)
      if (value < lowest) lowest = value
    }
    return lowest
  }
}

const NO_CHUNK = 255
const nowhere = new Float64Array(0)
