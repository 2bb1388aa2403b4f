import { Buckets } from './buckets.ts'

/** Cells a window is cut into: fewer than elsewhere, because an entry is seven numbers. */
const CELLS = 16

const READINGS = 0
/** Means of the entry's readings: of their time after the entry began, µs, and of their value. */
const MEAN_TIME = 1
const MEAN_VALUE = 2
/** Sums of squares and products of the distances from those means. */
const TIME_TIME = 3
const TIME_VALUE = 4
const VALUE_VALUE = 5

/** The straight line through a window: `value` + `slope` × (t - `time`). */
export interface Fit {
  readings: number
  /** The oldest reading's time, µs. */
  from: number
  /** Mean time of the readings, µs. */
  time: number
  /** Their mean value: the line goes through (time, value). */
  value: number
  /** Per µs. */
  slope: number
  /** Share of the variance that the line explains, 0 to 1; 1 where nothing varies. */
  r2: number
}

/**
 * Ordinary least squares over the readings of a window that ends with the newest. Kept as means and
 * sums of squares about them, which can be put together without losing digits (T. F. Chan, G. H.
 * Golub, R. J. LeVeque, "Updating formulae and a pairwise algorithm for computing sample
 * variances", 1979): large values that differ by little are as good as small ones.
 */
export class Line {
  readonly #entries: Buckets
  readonly #window: number
  /** One answer for all rows, overwritten by the next question. */
  readonly #fit: Fit = { readings: 0, from: 0, time: 0, value: 0, slope: 0, r2: 0 }

  constructor(rows: number, window: number) {
    this.#window = window
    const width = Math.ceil(window / CELLS)
    this.#entries = new Buckets(rows, { width, most: CELLS + 2, fields: 6 })
  }

  add(row: number, at: number, value: number): void {
    const entries = this.#entries
    entries.drop(row, entries.firstFrom(row, at - this.#window))
    const entry = entries.entryAt(row, at)
    if (Number.isNaN(entries.get(row, entry, READINGS))) {
      for (let field = 0; field <= VALUE_VALUE; field += 1)
        entries.set(row, entry, field, 0)
    }
    const time = at - entries.time(row, entry)
    const readings = entries.get(row, entry, READINGS) + 1
    const timeBefore = time - entries.get(row, entry, MEAN_TIME)
    const valueBefore = value - entries.get(row, entry, MEAN_VALUE)
    const share = (readings - 1) / readings
    this.#more(row, entry, READINGS, 1)
    this.#more(row, entry, MEAN_TIME, timeBefore / readings)
    this.#more(row, entry, MEAN_VALUE, valueBefore / readings)
    this.#more(row, entry, TIME_TIME, timeBefore * timeBefore * share)
    this.#more(row, entry, TIME_VALUE, timeBefore * valueBefore * share)
    this.#more(row, entry, VALUE_VALUE, valueBefore * valueBefore * share)
  }

  /** Valid until asked again. Of a row that has readings; with fewer than two the slope is 0. */
  fit(row: number): Readonly<Fit> {
    const entries = this.#entries
    const from = entries.time(row, 0)
    let readings = 0
    let time = 0
    let value = 0
    let timeTime = 0
    let timeValue = 0
    let valueValue = 0
    for (let entry = 0; entry < entries.count(row); entry += 1) {
      const more = entries.get(row, entry, READINGS)
      const all = readings + more
      const timeApart =
        entries.time(row, entry) - from + entries.get(row, entry, MEAN_TIME) - time
      const valueApart = entries.get(row, entry, MEAN_VALUE) - value
      const share = (readings * more) / all
      timeTime += entries.get(row, entry, TIME_TIME) + timeApart * timeApart * share
      timeValue += entries.get(row, entry, TIME_VALUE) + timeApart * valueApart * share
      valueValue += entries.get(row, entry, VALUE_VALUE) + valueApart * valueApart * share
      time += (timeApart * more) / all
      value += (valueApart * more) / all
      readings = all
    }
    const fit = this.#fit
    fit.readings = readings
    fit.from = from
    fit.time = from + time
    fit.value = value
    fit.slope = timeTime === 0 ? 0 : timeValue / timeTime
    fit.r2 =
      valueValue === 0
        ? 1
        : timeTime === 0
          ? 0
          : Math.min(1, (timeValue * timeValue) / (timeTime * valueValue))
    return fit
  }

  isEmpty(row: number): boolean {
    return this.#entries.count(row) === 0
  }

  copy(from: number, to: number): void {
    this.#entries.copy(from, to)
  }

  clear(row: number): void {
    this.#entries.clear(row)
  }

  save(row: number): unknown {
    return this.#entries.save(row)
  }

  load(row: number, saved: unknown): void {
    this.#entries.load(row, saved)
  }

  #more(row: number, entry: number, field: number, by: number): void {
    this.#entries.set(row, entry, field, this.#entries.get(row, entry, field) + by)
  }
}
