import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { PointId } from '../../src/domain/ids.ts'
import { durationUs, MINUTE } from '../../src/domain/time.ts'
import { openDuckdbStore } from '../../src/store/duckdb/open.ts'
import type { ReadingsOfRecord, ReadingStore } from '../../src/store/reading-store.ts'
import {
  all,
  gata,
  position,
  reading,
  recordsOf,
  second,
} from '../contract/reading-store.fixtures.ts'
import {
  everyMeasure,
  modelWindows,
  rowsOfWindows,
} from '../contract/reading-store.model.ts'
import { temporaryFolder } from '../support/temporary.ts'

let file = ''

beforeEach(async () => {
  const temporary = await temporaryFolder()
  file = join(temporary.path, 'readings.duckdb')
  return () => temporary[Symbol.asyncDispose]()
})

const big = 1 as PointId
const small = [2, 3, 4] as PointId[]

/** 250,000 readings of one point and 60,000 each of three others, a second apart. */
async function fill(store: ReadingStore): Promise<void> {
  for (let sequence = 1; sequence <= 10; sequence++) {
    const from = (sequence - 1) * 25_000
    const records: ReadingsOfRecord[] = recordsOf(
      Array.from({ length: 25_000 }, (_, n) =>
        reading(sequence, from + n, from + n, { point: big }),
      ),
    )
    for (const point of small) {
      const own = Array.from({ length: 6_000 }, (_, n) =>
        reading(sequence, (sequence - 1) * 6_000 + n, n, { point }),
      )
      records.push(...recordsOf(own))
    }
    await store.write(records, position(sequence))
  }
}

describe('a DuckDB file with more than a piece of anything', () => {
  it('scans a point that is longer than a piece, and points that share one', async () => {
    await using store = await openDuckdbStore({ file })
    await fill(store)
    const range = { organisation: gata, from: second(0), to: second(1_000_000) }
    const seen = new Map<number, number>()
    let behind = [0, 0]
    for await (const page of store.scan(range)) {
      for (const { point, effective } of page) {
        const [lastPoint = 0, lastTime = 0] = behind
        if (point < lastPoint || (point === lastPoint && effective <= lastTime)) {
          throw new Error(`${point} at ${effective} comes after ${behind.join(' at ')}`)
        }
        behind = [point, effective]
        seen.set(point, (seen.get(point) ?? 0) + 1)
      }
    }
    expect([...seen]).toEqual([
      [1, 250_000],
      [2, 60_000],
      [3, 60_000],
      [4, 60_000],
    ])
  })

  it('makes room a slice at a time, and keeps all that the slices said', async () => {
    await using store = await openDuckdbStore({ file })
    await fill(store)
    // One window holds more than a slice.
    const rollUp = { width: durationUs(12 * 60 * MINUTE), since: second(-86_400) }
    const points = [...small, big]
    const keep = { organisation: gata, points, rawSince: second(249_000), rollUp }
    expect(await store.retain(keep)).toEqual({ deleted: 249_000 + 180_000 })
    const windows = await store.windows({
      organisation: gata,
      edges: [second(-86_400), second(1_000_000)],
      measures: ['count', 'min', 'max', 'last'],
    })
    expect(windows.measures).toEqual({
      count: Float64Array.of(250_000, 60_000, 60_000, 60_000),
      min: Float64Array.of(0, 0, 0, 0),
      max: Float64Array.of(249_999, 5_999, 5_999, 5_999),
      last: Float64Array.of(249_999, 5_999, 5_999, 5_999),
    })
    expect((await all(store, { point: big, from: second(249_000) })).total).toBe(1_000)
  })

  it('counts and holds over many points and uneven windows as a plain model does', async () => {
    await using store = await openDuckdbStore({ file })
    const readings = Array.from({ length: 6_000 }, (_, n) =>
      reading(1, (n * 7) % 5_000, n % 91, { point: (1 + ((n * 13) % 300)) as PointId }),
    )
    await store.write(recordsOf(readings), position(1))
    const points = Array.from({ length: 250 }, (_, n) => (3 + n) as PointId)
    // Runs of one width, and windows of a width of their own between them.
    const edges = Array.from({ length: 120 }, (_, n) => second(n * 40 + (n > 60 ? 11 : 0)))
    const request = { organisation: gata, points, edges, measures: everyMeasure }
    const rows = rowsOfWindows(await store.windows(request))
    const expected = modelWindows(readings, request)
    expect(rows.length).toBe(expected.length)
    for (const [n, row] of rows.entries()) {
      for (const name of ['point', 'window', ...everyMeasure] as const) {
        const difference = Math.abs(row[name] - (expected[n]?.[name] ?? Number.NaN))
        if (difference > 1e-9) throw new Error(`${name} of row ${n} is ${row[name]}`)
      }
    }
  })
})
