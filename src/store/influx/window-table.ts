import type { PointId } from '../../domain/ids.ts'
import type { Measure, Windows, WindowsRequest } from '../reading-store.ts'

/** What some readings add to one window of one point. */
export interface Share {
  /** 1 and up. */
  readonly count: number
  readonly sum: number
  readonly min: number
  readonly max: number
  readonly last: number
  /** When `last` was; decides between two shares. */
  readonly lastAt: number
}

/** What is known so far of the windows of some points. */
export class WindowTable {
  readonly edges: readonly number[]
  readonly #points: readonly PointId[]
  readonly #places: ReadonlyMap<PointId, number>
  readonly #width: number
  readonly #count: Float64Array
  readonly #sum: Float64Array
  readonly #min: Float64Array
  readonly #max: Float64Array
  readonly #last: Float64Array
  readonly #lastAt: Float64Array
  readonly #covered: Float64Array
  readonly #weighted: Float64Array

  constructor(points: readonly PointId[], edges: readonly number[]) {
    this.edges = edges
    this.#points = points
    this.#places = new Map(points.map((point, place) => [point, place]))
    this.#width = edges.length - 1
    const cells = points.length * this.#width
    this.#count = new Float64Array(cells)
    this.#sum = new Float64Array(cells)
    this.#min = new Float64Array(cells).fill(Infinity)
    this.#max = new Float64Array(cells).fill(-Infinity)
    this.#last = new Float64Array(cells)
    this.#lastAt = new Float64Array(cells).fill(-Infinity)
    this.#covered = new Float64Array(cells)
    this.#weighted = new Float64Array(cells)
  }

  add(point: PointId, window: number, share: Share): void {
    const cell = this.#cell(point, window)
    this.#count[cell] = (this.#count[cell] ?? 0) + share.count
    this.#sum[cell] = (this.#sum[cell] ?? 0) + share.sum
    this.#min[cell] = Math.min(this.#min[cell] ?? Infinity, share.min)
    this.#max[cell] = Math.max(this.#max[cell] ?? -Infinity, share.max)
    if (share.lastAt < (this.#lastAt[cell] ?? -Infinity)) return
    this.#last[cell] = share.last
    this.#lastAt[cell] = share.lastAt
  }

  /** The window that `time` is in; undefined outside of all. */
  windowAt(time: number): number | undefined {
    const [first = 0] = this.edges
    if (time < first || time >= (this.edges.at(-1) ?? first)) return undefined
    let [low, high] = [0, this.edges.length - 1]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((this.edges[middle] ?? 0) <= time) low = middle
      else high = middle
    }
    return low
  }

  /** The value held from `from` to `to`. */
  hold(point: PointId, value: number, { from, to }: { from: number; to: number }): void {
    const start = Math.max(from, this.edges[0] ?? from)
    for (let window = this.windowAt(start); window !== undefined; window++) {
      const left = this.edges[window] ?? Infinity
      const right = this.edges[window + 1]
      if (right === undefined || left >= to) return
      const part = (Math.min(right, to) - Math.max(left, start)) / (right - left)
      if (part <= 0) continue
      const cell = this.#cell(point, window)
      this.#covered[cell] = (this.#covered[cell] ?? 0) + part
      this.#weighted[cell] = (this.#weighted[cell] ?? 0) + part * value
    }
  }

  /** Appends a row for each window in which something was counted or held. */
  appendTo(rows: WindowRows): void {
    for (const [place, point] of this.#points.entries()) {
      for (let window = 0; window < this.#width; window++) {
        const cell = place * this.#width + window
        const [count = 0, covered = 0] = [this.#count[cell], this.#covered[cell]]
        if (count > 0 || covered > 0) rows.push(point, window, this.#valuesOf(cell))
      }
    }
  }

  #valuesOf(cell: number): Record<Measure, number> {
    const [count = 0, covered = 0] = [this.#count[cell], this.#covered[cell]]
    const counted = (column: Float64Array): number =>
      count === 0 ? Number.NaN : (column[cell] ?? 0)
    return {
      count,
      min: counted(this.#min),
      max: counted(this.#max),
      mean: counted(this.#sum) / count,
      last: counted(this.#last),
      // Nothing by nothing is NaN.
      timeWeightedMean: (this.#weighted[cell] ?? 0) / covered,
      covered,
    }
  }

  #cell(point: PointId, window: number): number {
    const place = this.#places.get(point)
    if (place === undefined || window < 0 || window >= this.#width) {
      throw new RangeError(`no window ${window} of point ${point} was asked for`)
    }
    return place * this.#width + window
  }
}

/** The rows of the answer, which grow table by table. */
export class WindowRows {
  readonly #point: number[] = []
  readonly #window: number[] = []
  readonly #columns: ReadonlyMap<Measure, number[]>

  constructor(measures: WindowsRequest['measures']) {
    this.#columns = new Map(measures.map((measure) => [measure, []]))
  }

  push(point: PointId, window: number, values: Readonly<Record<Measure, number>>): void {
    this.#point.push(point)
    this.#window.push(window)
    for (const [measure, column] of this.#columns) column.push(values[measure])
  }

  windows(): Windows {
    const columns = [...this.#columns].map(
      ([measure, column]) => [measure, Float64Array.from(column)] as const,
    )
    return {
      point: Uint32Array.from(this.#point),
      window: Uint32Array.from(this.#window),
      measures: Object.fromEntries(columns),
    }
  }
}
