/** Rows of windows as columns: in order, and put together from two sources. */

import type { Measure, Windows } from '../reading-store.ts'

/** Rows of one answer. Two to the 22nd: a point and a row fit into one number together. */
export const maxRows = 4_194_304

type Columns = Readonly<Partial<Record<Measure, Float64Array>>>

/** All rows of the parts, in the order of point and window; no two are of the same. */
export function inOrder(parts: readonly Windows[], windows: number): Windows {
  const point = joined(
    Uint32Array,
    parts.map((part) => part.point),
  )
  const window = joined(
    Uint32Array,
    parts.map((part) => part.window),
  )
  const order = byPoint(point, byWindow(window, windows))
  const names = Object.keys(parts[0]?.measures ?? {}) as Measure[]
  const measures: Partial<Record<Measure, Float64Array>> = {}
  for (const name of names) {
    const all = joined(
      Float64Array,
      parts.map((part) => part.measures[name] ?? new Float64Array()),
    )
    measures[name] = arranged(Float64Array, all, order)
  }
  return {
    point: arranged(Uint32Array, point, order),
    window: arranged(Uint32Array, window, order),
    measures,
  }
}

/**
 * Rows that one of the two has or both, with the measures of both. Where `counted` has no row nothing
 * was counted; where `held` has none, nothing is known of the time.
 */
export function together(counted: Windows, held: Windows): Windows {
  const pairs: [number, number][] = []
  let [a, b] = [0, 0]
  while (a < counted.point.length || b < held.point.length) {
    const order = compareRows(counted, a, held, b)
    pairs.push([order <= 0 ? a : -1, order >= 0 ? b : -1])
    if (order <= 0) a++
    if (order >= 0) b++
  }
  return {
    point: Uint32Array.from(
      pairs,
      ([row, other]) => counted.point[row] ?? held.point[other] ?? 0,
    ),
    window: Uint32Array.from(
      pairs,
      ([row, other]) => counted.window[row] ?? held.window[other] ?? 0,
    ),
    measures: {
      ...taken(
        counted.measures,
        (name) => (name === 'count' ? 0 : Number.NaN),
        pairs.map(([row]) => row),
      ),
      ...taken(
        held.measures,
        () => Number.NaN,
        pairs.map(([, row]) => row),
      ),
    },
  }
}

function taken(
  measures: Columns,
  nothing: (name: Measure) => number,
  rows: readonly number[],
): Columns {
  const names = Object.keys(measures) as Measure[]
  return Object.fromEntries(
    names.map((name) => [
      name,
      Float64Array.from(rows, (row) => measures[name]?.[row] ?? nothing(name)),
    ]),
  )
}

/** Where one of them has ended, the other comes first. */
function compareRows(a: Windows, row: number, b: Windows, other: number): number {
  const point = (a.point[row] ?? Infinity) - (b.point[other] ?? Infinity)
  return point || (a.window[row] ?? 0) - (b.window[other] ?? 0)
}

/** Rows in the order of their windows, as a counting sort finds it. */
function byWindow(window: Uint32Array, windows: number): Uint32Array {
  const next = new Uint32Array(windows + 1)
  for (const at of window) next[at + 1] = (next[at + 1] ?? 0) + 1
  for (let at = 1; at <= windows; at++) next[at] = (next[at] ?? 0) + (next[at - 1] ?? 0)
  const rows = new Uint32Array(window.length)
  for (let row = 0; row < rows.length; row++) {
    const at = window[row] ?? 0
    const place = next[at] ?? 0
    rows[place] = row
    next[at] = place + 1
  }
  return rows
}

/** The rows by point, and in the order they have where the point is the same. */
function byPoint(point: Uint32Array, rows: Uint32Array): Uint32Array {
  const keys = new Float64Array(rows.length)
  for (let n = 0; n < rows.length; n++) keys[n] = (point[rows[n] ?? 0] ?? 0) * maxRows + n
  const sorted = keys.toSorted()
  const order = new Uint32Array(rows.length)
  for (let n = 0; n < rows.length; n++) order[n] = rows[(sorted[n] ?? 0) % maxRows] ?? 0
  return order
}

type Column = Uint32Array | Float64Array
type Make<T> = new (length: number) => T

function arranged<T extends Column>(make: Make<T>, column: T, order: Uint32Array): T {
  const result = new make(order.length)
  for (let n = 0; n < order.length; n++) result[n] = column[order[n] ?? 0] ?? 0
  return result
}

function joined<T extends Column>(make: Make<T>, parts: readonly T[]): T {
  const all = new make(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
