import { expect, it } from 'vitest'
import type { PointId } from '../../src/domain/ids.ts'
import { durationUs, MINUTE, timeUs, type TimeUs } from '../../src/domain/time.ts'
import type { Keep, ReadingStore, StoredReading } from '../../src/store/reading-store.ts'
import {
  all,
  bad,
  gata,
  latest,
  type OpenOwn,
  position,
  power,
  reading,
  scanned,
  values,
  vatten,
  write,
} from './reading-store.fixtures.ts'
import { rowsOfWindows } from './reading-store.model.ts'

const width = durationUs(10 * MINUTE)

/** Minute `n` of a day in UTC, so that windows of a roll-up begin at every tenth. */
function minute(n: number): TimeUs {
  return timeUs(Date.UTC(2026, 10, 20) * 1_000 + n * MINUTE)
}

/** One reading a minute: 0, 7, 4, 1, 8, 5, 2, 9, 6, 3 and again, plus 100 for each ten minutes. */
function history(minutes: number, other: Partial<StoredReading> = {}): StoredReading[] {
  return Array.from({ length: minutes }, (_, n) =>
    at(n, ((n * 7) % 10) + 100 * Math.floor(n / 10), other),
  )
}

function at(n: number, value: number, other: Partial<StoredReading> = {}): StoredReading {
  return reading(1, 0, value, { effective: minute(n), ingest: minute(n), ...other })
}

const keep = { organisation: gata, points: [power] }

async function windowsOf(store: ReadingStore, edges: readonly number[]) {
  const measures = ['count', 'min', 'max', 'mean', 'last'] as const
  const windows = await store.windows({
    organisation: gata,
    points: [power],
    edges: edges.map(minute),
    measures,
  })
  return rowsOfWindows(windows).map(({ window, count, min, max, mean, last }) => ({
    window,
    measures: [count, min, max, mean, last],
  }))
}

/** The part of the contract about what goes after a time, and what stays of it. */
export function retentionContract(open: OpenOwn): void {
  it('deletes what is older, of these points and this organisation only', async () => {
    await using store = await open()
    const others = [
      ...history(5, { point: 18 as PointId }),
      ...history(5, { organisation: vatten }),
    ]
    await write(store, [...history(30), ...others], position(1))
    expect(await store.retain({ ...keep, rawSince: minute(12) })).toEqual({ deleted: 12 })
    expect((await all(store)).total).toBe(18)
    expect((await scanned(store, { points: [power] }))[0]?.effective).toBe(minute(12))
    expect((await store.totals(gata, power)).count).toBe(18)
    expect((await store.totals(gata, 18 as PointId)).count).toBe(5)
    expect((await store.totals(vatten, power)).count).toBe(5)
    expect(await windowsOf(store, [0, 10, 20])).toEqual([
      { window: 1, measures: [8, 101, 109, 104.75, 103] },
    ])
    expect(await store.retain({ ...keep, rawSince: minute(12) })).toEqual({ deleted: 0 })
    expect(await store.cursor()).toEqual(position(1))
  })

  it('keeps windows in place of the readings that go, and answers from both', async () => {
    await using store = await open()
    await write(store, history(40), position(1))
    const edges = [0, 10, 20, 30, 40]
    const before = await windowsOf(store, edges)
    const request: Keep = {
      ...keep,
      rawSince: minute(20),
      rollUp: { width, since: minute(0) },
    }
    expect(await store.retain(request)).toEqual({ deleted: 20 })
    expect(await windowsOf(store, edges)).toEqual(before)
    expect(await windowsOf(store, [0, 40])).toEqual([
      { window: 0, measures: [40, 0, 309, 154.5, 303] },
    ])
    expect(await scanned(store)).toEqual(history(40).slice(20))
    expect(await latest(store)).toEqual([at(39, 303)])

    const series = await all(store)
    expectRolled(series.samples.slice(0, -20), [
      { from: 0, values: [0, 9, 3] },
      { from: 10, values: [100, 109, 103] },
    ])
    expect(values(series).slice(-20)).toEqual(
      history(40)
        .slice(20)
        .map(({ value }) => value),
    )

    expect(await store.retain(request)).toEqual({ deleted: 0 })
    expect(await windowsOf(store, edges)).toEqual(before)
    const later: Keep = {
      ...keep,
      rawSince: minute(30),
      rollUp: { width, since: minute(10) },
    }
    await store.retain(later)
    expect(await windowsOf(store, edges)).toEqual(before.slice(1))
  })

  it('adds late readings to the windows that stand for their time', async () => {
    await using store = await open()
    await write(store, history(20), position(1))
    const request: Keep = {
      ...keep,
      rawSince: minute(20),
      rollUp: { width, since: minute(0) },
    }
    await store.retain(request)
    const second = { position: position(2) }
    const late = [at(3.5, 60, second), at(9.5, -5, second), at(25, 1, second)]
    await write(store, late, position(2))
    const seen = [
      { window: 0, measures: [12, -5, 60, 100 / 12, -5] },
      { window: 1, measures: [10, 100, 109, 104.5, 103] },
    ]
    expect(await windowsOf(store, [0, 10, 20])).toEqual(seen)
    expect(await store.retain(request)).toEqual({ deleted: 2 })
    expect(await windowsOf(store, [0, 10, 20])).toEqual(seen)
  })

  it('rolls up what counts, once for each time, and keeps no window for what does not', async () => {
    await using store = await open()
    const readings = [
      at(0, 5),
      at(1, 900, bad),
      at(2, 3),
      at(2, 4),
      reading(1, 0, true, { effective: minute(3) }),
      reading(1, 0, 'open', { effective: minute(4) }),
      at(11, 1, bad),
    ]
    await write(store, readings, position(1))
    await store.retain({
      ...keep,
      rawSince: minute(20),
      rollUp: { width, since: minute(0) },
    })
    expect(await windowsOf(store, [0, 10, 20])).toEqual([
      { window: 0, measures: [3, 1, 5, 10 / 3, 1] },
    ])
    expect(await scanned(store)).toEqual([])
  })

  it('keeps both halves of a window that was rolled up in two steps', async () => {
    await using store = await open()
    await write(store, history(20), position(1))
    const rollUp = { width, since: minute(0) }
    await store.retain({ ...keep, rawSince: minute(14), rollUp })
    const whole = [{ window: 0, measures: [10, 100, 109, 104.5, 103] }]
    expect(await windowsOf(store, [10, 20])).toEqual(whole)
    await store.retain({ ...keep, rawSince: minute(18), rollUp })
    expect(await windowsOf(store, [10, 20])).toEqual(whole)
    await store.retain({ ...keep, rawSince: minute(20), rollUp })
    expect(await windowsOf(store, [10, 20])).toEqual(whole)
  })

  it('keeps what it rolled up when it is opened again', async () => {
    const first = await open()
    await write(first, history(20), position(1))
    await first.retain({
      ...keep,
      rawSince: minute(20),
      rollUp: { width, since: minute(0) },
    })
    await first[Symbol.asyncDispose]()
    await using again = await open()
    expect(await windowsOf(again, [0, 20])).toEqual([
      { window: 0, measures: [20, 0, 109, 54.5, 103] },
    ])
  })

  it('writes while it deletes', async () => {
    await using store = await open()
    await write(store, history(20_000), position(1))
    const rollUp = { width, since: minute(0) }
    const retained = store.retain({ ...keep, rawSince: minute(19_990), rollUp })
    for (let n = 2; n < 6; n++) {
      await write(store, [at(20_000 + n, n, { position: position(n) })], position(n))
    }
    expect(await retained).toEqual({ deleted: 19_990 })
    const left = history(20_000)
      .slice(19_990)
      .map(({ value }) => value)
    expect((await scanned(store)).map(({ value }) => value)).toEqual(
      left.concat([2, 3, 4, 5]),
    )
  })

  it.each([0, -1, 7 * MINUTE, 2.5])('refuses a roll-up of %d µs', async (wrong) => {
    await using store = await open()
    const rollUp = { width: wrong as typeof width, since: minute(0) }
    await expect(store.retain({ ...keep, rawSince: minute(1), rollUp })).rejects.toThrow(
      RangeError,
    )
  })
}

/** The samples that stand for rolled-up windows: their extremes and last values, inside them. */
function expectRolled(
  samples: readonly { readonly at: TimeUs; readonly value: unknown }[],
  windows: readonly { readonly from: number; readonly values: readonly number[] }[],
): void {
  const times = samples.map((sample) => sample.at)
  expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b))
  const seen = windows.map(({ from }) => ({
    from,
    values: new Set(
      samples
        .filter((one) => one.at >= minute(from) && one.at < minute(from + 10))
        .map(({ value }) => value),
    ),
  }))
  expect(seen).toEqual(
    windows.map((window) => ({ ...window, values: new Set(window.values) })),
  )
  expect(samples).toHaveLength(seen.reduce((n, window) => n + window.values.size, 0))
}
