import { Buckets } from './buckets.ts'

/** Cells a window is cut into. */
const CELLS = 32

/** µs of the cell in which the value was on, and in which it was known. */
const ON = 0
const KNOWN = 1

/**
 * How long something was on, and known to be on or off, in the window that ends at a time. A cell
 * of the time grid knows its sums and not where in it they lie: of the cell that is leaving the
 * window the share that is still inside counts, so a sum is right to window / 32 and never jumps.
 */
export class Running {
  readonly #cells: Buckets
  readonly #window: number
  /** Of a cell, µs. */
  readonly width: number

  constructor(rows: number, window: number) {
    this.#window = window
    this.width = Math.ceil(window / CELLS)
    this.#cells = new Buckets(rows, { width: this.width, most: CELLS + 2, fields: 2 })
  }

  /** It was known from `from` to `to` (µs), and all the time on or all the time off. */
  add(row: number, { from, to, isOn }: Stretch): void {
    const cells = this.#cells
    const begins = to - this.#window
    cells.drop(row, cells.firstFrom(row, begins - this.width))
    let at = Math.max(from, Math.floor(begins / this.width) * this.width)
    while (at < to) {
      const cell = Math.floor(at / this.width) * this.width
      const end = Math.min(to, cell + this.width)
      const entry = cells.entryAt(row, cell)
      const known = cells.get(row, entry, KNOWN)
      const isNew = Number.isNaN(known)
      cells.set(row, entry, KNOWN, (isNew ? 0 : known) + end - at)
      const on = isNew ? 0 : cells.get(row, entry, ON)
      cells.set(row, entry, ON, on + (isOn ? end - at : 0))
      at = end
    }
  }

  /** µs in the window that ends at `at`. */
  on(row: number, at: number): number {
    return this.#sum(row, at, ON)
  }

  known(row: number, at: number): number {
    return this.#sum(row, at, KNOWN)
  }

  /** The next time after `at` at which a cell begins to leave the window or has left it; Infinity for none. */
  nextBend(row: number, at: number): number {
    const begins = at - this.#window
    for (let entry = 0; entry < this.#cells.count(row); entry += 1) {
      const cell = this.#cells.time(row, entry)
      if (cell > begins) return cell + this.#window
      if (cell + this.width > begins) return cell + this.width + this.#window
    }
    return Infinity
  }

  copy(from: number, to: number): void {
    this.#cells.copy(from, to)
  }

  clear(row: number): void {
    this.#cells.clear(row)
  }

  save(row: number): unknown {
    return this.#cells.save(row)
  }

  load(row: number, saved: unknown): void {
    this.#cells.load(row, saved)
  }

  #sum(row: number, at: number, field: number): number {
    const begins = at - this.#window
    let sum = 0
    const whole = this.#cells.firstFrom(row, begins)
    for (let entry = 0; entry < whole; entry += 1) {
      const left = (this.#cells.time(row, entry) + this.width - begins) / this.width
      if (left > 0) sum += left * this.#cells.get(row, entry, field)
    }
    return sum + this.#cells.sum(row, whole, field)
  }
}

export interface Stretch {
  readonly from: number
  readonly to: number
  readonly isOn: boolean
}
