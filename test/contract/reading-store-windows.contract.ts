import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { OrganisationId, PointId } from '../../src/domain/ids.ts'
import { durationUs, HOUR, later, SECOND } from '../../src/domain/time.ts'
import type {
  ReadingStore,
  StoredReading,
  WindowsRequest,
} from '../../src/store/reading-store.ts'
import {
  bad,
  gata,
  type OpenOwn,
  position,
  power,
  reading,
  second,
  vatten,
  write,
} from './reading-store.fixtures.ts'
import {
  everyMeasure,
  modelWindows,
  rowsOfWindows,
  type WindowRow,
} from './reading-store.model.ts'

/** The part of the contract about windows. */
export function windowsContract(open: OpenOwn): void {
  it('gives every measure of a window, each value holding until the next', async () => {
    await using store = await open()
    const readings = [reading(1, 2, 10), reading(1, 6, 20), reading(1, 12, 40)]
    await write(store, readings, position(1))
    const rows = await ask(store, { edges: [0, 10, 20, 30].map(second) })
    expect(rows).toEqual([
      rowLike(0, [2, 10, 20, 15, 20], [(4 * 10 + 4 * 20) / 8, 0.8]),
      rowLike(1, [1, 40, 40, 40, 40], [(2 * 20 + 8 * 40) / 10, 1]),
      rowLike(2, [0, NaN, NaN, NaN, NaN], [40, 1]),
    ])
  })

  it('lets a value from before the first window hold into it, and no longer than it holds', async () => {
    await using store = await open()
    await write(store, [reading(1, -5, 3), reading(1, 8, 5)], position(1))
    const edges = [0, 10, 20].map(second)
    expect(await ask(store, { edges })).toEqual([
      rowLike(0, [1, 5, 5, 5, 5], [(8 * 3 + 2 * 5) / 10, 1]),
      rowLike(1, [0, NaN, NaN, NaN, NaN], [5, 1]),
    ])
    const holds = durationUs(9 * SECOND)
    expect(await ask(store, { edges, holds })).toEqual([
      rowLike(0, [1, 5, 5, 5, 5], [(4 * 3 + 2 * 5) / 6, 0.6]),
      rowLike(1, [0, NaN, NaN, NaN, NaN], [5, 0.7]),
    ])
  })

  it('counts what is not bad, and ends a value at a reading that is bad or no number', async () => {
    await using store = await open()
    const readings = [
      reading(1, 0, true),
      reading(1, 2, 99, bad),
      reading(1, 4, 7, { quality: 'uncertain', code: 'stale' }),
      reading(1, 5, 'open'),
      reading(1, 8, false),
      reading(1, 9, null, bad),
    ]
    await write(store, readings, position(1))
    const [row, ...others] = await ask(store, { edges: [0, 10].map(second) })
    expect(others).toEqual([])
    expect(row).toEqual(rowLike(0, [3, 0, 7, 8 / 3, 0], [(2 * 1 + 7) / 4, 0.4]))
  })

  it('leaves a gap where nothing was counted or held', async () => {
    await using store = await open()
    const readings = [reading(1, 1, 1), reading(1, 11, null, bad), reading(1, 31, 4)]
    await write(store, readings, position(1))
    const edges = [0, 10, 20, 30, 40].map(second)
    const counted = await ask(store, { edges, measures: ['count', 'mean'] })
    expect(counted.map(({ window, count, mean }) => [window, count, mean])).toEqual([
      [0, 1, 1],
      [3, 1, 4],
    ])
    const held = await ask(store, { edges, measures: ['covered'] })
    expect(held.map(({ window, covered }) => [window, covered])).toEqual([
      [0, 0.9],
      [1, 0.1],
      [3, 0.9],
    ])
  })

  it('gives the points that were asked for, in their order, or all of the organisation', async () => {
    await using store = await open()
    const points = [30, 10, 20, 40] as PointId[]
    const readings = points.map((point) => reading(1, 1, point, { point }))
    const theirs = reading(2, 1, 5, { organisation: vatten, point: 10 as PointId })
    await write(store, [...readings, theirs], position(2))
    const edges = [0, 10].map(second)
    const seen = async (request: Partial<WindowsRequest>) =>
      (await ask(store, { edges, measures: ['last'], ...request })).map((r) => [
        r.point,
        r.last,
      ])
    expect(await seen({})).toEqual([10, 20, 30, 40].map((n) => [n, n]))
    expect(await seen({ points: [40, 10, 99, 10] as PointId[] })).toEqual([
      [10, 10],
      [40, 40],
    ])
    expect(await seen({ points: [] })).toEqual([])
    expect(await seen({ organisation: vatten })).toEqual([[10, 5]])
    expect(await seen({ organisation: 'okänd' as OrganisationId })).toEqual([])
  })

  it('follows edges that are as uneven as the days of a place', async () => {
    await using store = await open()
    const at = [0, 22, 23, 24, 46, 47, 48].map((hour) => hour * 3_600)
    await write(
      store,
      at.map((s, n) => reading(1, s, n)),
      position(1),
    )
    // A day of 23 hours between two of 24.
    const edges = [0, 24, 47, 71].map((hour) => later(second(0), durationUs(hour * HOUR)))
    const rows = await ask(store, { edges, measures: ['count', 'last'] })
    expect(rows.map(({ count, last }) => [count, last])).toEqual([
      [3, 2],
      [2, 4],
      [2, 6],
    ])
  })

  it('agrees with a plain model of any history', async () => {
    await using store = await open()
    let sequence = 0
    await fc.assert(
      fc.asyncProperty(anyHistory, anyEdges, anyHold, async (history, edges, hold) => {
        sequence++
        const points = [sequence * 2, sequence * 2 + 1] as [PointId, PointId]
        const readings = history.map(({ second: at, value, quality, which }) =>
          reading(sequence, at, value, { ...quality, point: points[which] }),
        )
        await write(store, readings, position(sequence))
        const request = {
          points,
          edges: edges.map(second),
          ...(hold !== undefined && { holds: durationUs(hold * SECOND) }),
        }
        expectRows(await ask(store, request), modelWindows(readings, request))
      }),
      { numRuns: 60 },
    )
  })

  it('agrees with that model while earlier times are still being corrected', async () => {
    await using store = await open()
    const written: StoredReading[] = []
    const edges = Array.from({ length: 21 }, (_, n) => second(n * 50))
    for (let sequence = 1; sequence <= 10; sequence++) {
      const batch = Array.from({ length: 200 }, (_, n) => {
        const at = (n * 37 + sequence * 401) % 1_000
        const point = (1 + (n % 3)) as PointId
        return reading(sequence, at, n * sequence, { point, ...(n % 17 === 0 && bad) })
      })
      await write(store, batch, position(sequence))
      written.push(...batch)
      expectRows(await ask(store, { edges }), modelWindows(written, { edges }))
    }
  })

  it.each([
    ['one edge', [0]],
    ['edges that do not ascend', [0, 10, 10]],
    ['more than 10,000 windows', Array.from({ length: 10_002 }, (_, n) => n)],
  ])('refuses %s', async (_, edges) => {
    await using store = await open()
    await expect(ask(store, { edges: edges.map(second) })).rejects.toThrow(RangeError)
  })
}

const anyHistory = fc.array(
  fc.record({
    second: fc.integer({ min: 0, max: 60 }),
    value: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: -100, max: 100 }) },
      { weight: 1, arbitrary: fc.boolean() },
      { weight: 1, arbitrary: fc.constantFrom(null, 'open') },
    ),
    quality: fc.constantFrom({}, {}, {}, bad, {
      quality: 'uncertain',
      code: 'stale',
    } as const),
    which: fc.constantFrom(0, 1),
  }),
  { maxLength: 60 },
)
const anyEdges = fc
  .uniqueArray(fc.integer({ min: -20, max: 80 }), { minLength: 2, maxLength: 12 })
  .map((edges) => edges.toSorted((a, b) => a - b))
const anyHold = fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined })

/** All measures of all points of `gata`, or what `request` says instead. */
async function ask(
  store: ReadingStore,
  request: Partial<WindowsRequest> & Pick<WindowsRequest, 'edges'>,
): Promise<WindowRow[]> {
  const windows = await store.windows({
    organisation: gata,
    measures: everyMeasure,
    ...request,
  })
  const { length } = windows.point
  expect(windows.window).toHaveLength(length)
  for (const column of Object.values(windows.measures)) expect(column).toHaveLength(length)
  return rowsOfWindows(windows)
}

type Counted = readonly [
  count: number,
  min: number,
  max: number,
  mean: number,
  last: number,
]
type Timed = readonly [timeWeightedMean: number, covered: number]

/** A row of `power` that differs from this by rounding only. */
function rowLike(window: number, counted: Counted, timed: Timed): unknown {
  const values = [...counted, ...timed].map((value) => close(value))
  const measures = Object.fromEntries(
    everyMeasure.map((measure, n) => [measure, values[n]]),
  )
  return { point: power, window, ...measures }
}

/** As `closeTo`, relative to large numbers, and with NaN equal to itself. */
function close(expected: number): unknown {
  return expect.toSatisfy((actual: number) => {
    const slack = 1e-9 * Math.max(1, Math.abs(expected))
    return Object.is(actual, expected) || Math.abs(actual - expected) <= slack
  }, `close to ${expected}`)
}

function expectRows(actual: readonly WindowRow[], expected: readonly WindowRow[]): void {
  const like = expected.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, close(value)])),
  )
  expect(actual).toEqual(like)
}
