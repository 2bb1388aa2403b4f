import type {
  Measure,
  StoredReading,
  Windows,
  WindowsRequest,
} from '../../src/store/reading-store.ts'

/** One row of windows, as an object: NaN where a measure does not exist. */
export type WindowRow = { readonly point: number; readonly window: number } & Readonly<
  Record<Measure, number>
>

export const everyMeasure: readonly Measure[] = [
  'count',
  'min',
  'max',
  'mean',
  'last',
  'timeWeightedMean',
  'covered',
]

export function rowsOfWindows({ point, window, measures }: Windows): WindowRow[] {
  return Array.from(point, (of, row) => {
    const get = (measure: Measure): number => measures[measure]?.[row] ?? Number.NaN
    const values = everyMeasure.map((measure) => [measure, get(measure)] as const)
    return { point: of, window: window[row] ?? -1, ...fromEntries(values) }
  })
}

/** What windows should be, slowly: `readings` are of one organisation, in the order of positions. */
export function modelWindows(
  readings: readonly StoredReading[],
  { edges, holds, points }: Pick<WindowsRequest, 'edges' | 'holds' | 'points'>,
): WindowRow[] {
  const known = [...new Set(readings.map(({ point }) => point))].toSorted((a, b) => a - b)
  const rows: WindowRow[] = []
  for (const point of known) {
    if (points !== undefined && !points.includes(point)) continue
    const all = spans(
      readings.filter((one) => one.point === point),
      holds,
    )
    for (let window = 0; window < edges.length - 1; window++) {
      const row = { point, window, ...rowOf(all, edges, window) }
      if (row.count > 0 || row.covered > 0) rows.push(row)
    }
  }
  return rows
}

/** A counted value with how long it held. */
interface Span {
  readonly value: number
  readonly from: number
  readonly to: number
}

function spans(readings: readonly StoredReading[], holds = Infinity): Span[] {
  const byTime = new Map(readings.map((reading) => [reading.effective, reading]))
  const kept = [...byTime.values()].toSorted((a, b) => a.effective - b.effective)
  return kept.flatMap(({ value, quality, effective }, n) => {
    const counted =
      quality !== 'bad' && (typeof value === 'number' || typeof value === 'boolean')
    const to = Math.min(kept[n + 1]?.effective ?? Infinity, effective + holds)
    return counted ? [{ value: Number(value), from: effective, to }] : []
  })
}

function rowOf(
  all: readonly Span[],
  edges: readonly number[],
  window: number,
): Record<Measure, number> {
  const [from = 0, to = 0] = edges.slice(window, window + 2)
  const inside = all.filter((span) => span.from >= from && span.from < to)
  const values = inside.map(({ value }) => value)
  const held = all.map(({ value, ...span }) => ({
    value,
    length: Math.max(0, Math.min(span.to, to) - Math.max(span.from, from)),
  }))
  const length = sum(held.map((span) => span.length))
  return {
    count: values.length,
    min: values.length === 0 ? Number.NaN : Math.min(...values),
    max: values.length === 0 ? Number.NaN : Math.max(...values),
    mean: sum(values) / values.length,
    last: values.at(-1) ?? Number.NaN,
    timeWeightedMean: sum(held.map((span) => span.value * span.length)) / length,
    covered: length / (to - from),
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0)
}

function fromEntries(
  entries: readonly (readonly [Measure, number])[],
): Record<Measure, number> {
  return Object.fromEntries(entries) as Record<Measure, number>
}
