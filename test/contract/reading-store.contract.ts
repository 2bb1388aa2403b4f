import { beforeEach, describe, expect, it } from 'vitest'
import type { OrganisationId, PointId } from '../../src/domain/ids.ts'
import { timeUs } from '../../src/domain/time.ts'
import { arrivalsContract } from './reading-store-arrivals.contract.ts'
import { adoptionContract } from './reading-store-adoption.contract.ts'
import { retentionContract } from './reading-store-retention.contract.ts'
import { scanContract } from './reading-store-scan.contract.ts'
import { thinningContract } from './reading-store-thinning.contract.ts'
import { windowsContract } from './reading-store-windows.contract.ts'
import {
  all,
  bad,
  gata,
  latest,
  type OpenOwn,
  type OpenStore,
  position,
  power,
  reading,
  recordsOf,
  scanned,
  second,
  values,
  vatten,
  write,
} from './reading-store.fixtures.ts'

/**
 * What every store of readings promises, whatever it keeps them in. A store that needs a server
 * starts it in a `beforeAll` around this call; each test opens a name of its own.
 */
export function readingStoreContract(name: string, open: OpenStore): void {
  describe(`reading store: ${name}`, () => {
    let test = 0
    beforeEach(() => void test++)
    const openOwn: OpenOwn = () => open(`contract_${test}`)

    writingContract(openOwn)
    readingContract(openOwn)
    thinningContract(openOwn)
    windowsContract(openOwn)
    scanContract(openOwn)
    arrivalsContract(openOwn)
    retentionContract(openOwn)
    adoptionContract(openOwn)
  })
}

function writingContract(open: OpenOwn): void {
  it('gives back every field of a reading', async () => {
    await using store = await open()
    const readings = [
      reading(1, 1, 12.5, {
        point: 1 as PointId,
        source: second(1),
        server: second(2),
        native: 2_147_483_648,
        flags: 5,
        typeVersion: 9,
      }),
      reading(1, 1, 'öppen', { point: 2 as PointId, quality: 'uncertain', code: 'stale' }),
      reading(1, 1, false, { point: 3 as PointId }),
      reading(1, 1, null, { point: 4 as PointId, ...bad }),
      reading(1, 1, -0.000_001, { point: 5 as PointId }),
      reading(1, 1, '', { point: 6 as PointId, source: timeUs(-1), server: timeUs(0) }),
      reading(1, 1, 1e300, { point: 7 as PointId, source: timeUs(4_102_444_800_000_001) }),
      reading(1, 1, 'a "b"\\, c=d\ne', { point: 8 as PointId, native: -0.5 }),
    ]
    await write(store, readings, position(1))
    expect(await latest(store)).toEqual(readings)
  })

  it('keeps what was before 1970', async () => {
    await using store = await open()
    const before = reading(1, 1, 1, { effective: timeUs(-1) })
    await write(store, [before, reading(1, 1, 2)], position(1))
    expect(await scanned(store, { from: timeUs(-10) })).toContainEqual(before)
  })

  it('moves its cursor with the readings, also when there are none', async () => {
    await using store = await open()
    await write(store, [reading(1, 1, 1)], position(1))
    expect(await store.cursor()).toEqual(position(1))
    await store.write([], position(4, 7))
    expect(await store.cursor()).toEqual(position(4, 7))
  })

  it('is unmoved by readings it has already written', async () => {
    await using store = await open()
    const readings = [1, 2, 3].map((n) => reading(n, n, n))
    await write(store, readings, position(3))
    await write(store, readings, position(3))
    await write(store, readings.slice(0, 2), position(2))
    expect(await store.cursor()).toEqual(position(3))
    await write(store, [...readings, reading(4, 4, 4)], position(4))
    expect(await store.cursor()).toEqual(position(4))
    expect(values(await all(store))).toEqual([1, 2, 3, 4])
    expect(await store.totals(gata, power)).toEqual({ count: 4, sum: 10 })
  })

  it('takes the later position where two readings have the same time', async () => {
    await using store = await open()
    await write(store, [reading(1, 5, 1), reading(2, 5, 2)], position(2))
    const correction = [reading(3, 5, 3), reading(3, 5, 4), reading(3, 6, 1)]
    await write(store, correction, position(3))
    const series = await all(store)
    expect(values(series)).toEqual([4, 1])
    expect(series.total).toBe(2)
    expect(await store.totals(gata, power)).toEqual({ count: 2, sum: 5 })
    expect((await latest(store)).map(({ value }) => value)).toEqual([1])
  })

  it('takes a correction of another kind as the truth', async () => {
    await using store = await open()
    await write(
      store,
      [reading(1, 5, 7, { native: 3 }), reading(2, 5, null, bad)],
      position(2),
    )
    expect(values(await all(store))).toEqual([null])
    expect(await store.totals(gata, power)).toEqual({ count: 0, sum: 0 })
    expect(await latest(store)).toEqual([reading(2, 5, null, bad)])
  })

  it('refuses readings of another log and says what to do', async () => {
    await using store = await open()
    await write(store, [reading(1, 1, 1)], position(1))
    const at = position(9, 0, 'log-2')
    await expect(
      write(store, [reading(9, 9, 9, { position: at })], at),
    ).rejects.toMatchObject({
      details: { kind: 'conflict', next: expect.stringContaining('gatuvakt log adopt') },
    })
    expect(await store.cursor()).toEqual(position(1))
    expect(values(await all(store))).toEqual([1])
  })

  it.each([
    { what: 'a number that is none', other: { value: Number.NaN } },
    { what: 'a number without end', other: { value: Number.POSITIVE_INFINITY } },
    { what: 'a time between two microseconds', other: { effective: timeUs(1) / 2 } },
  ])('refuses $what, and writes nothing of that batch', async ({ other }) => {
    await using store = await open()
    const wrong = reading(1, 2, 1, other as object)
    await expect(write(store, [reading(1, 1, 1), wrong], position(1))).rejects.toThrow(
      /reading/,
    )
    expect(await store.cursor()).toBeUndefined()
    expect((await all(store)).total).toBe(0)
  })

  it('lands writes in the order of the calls, before the first of them is through', async () => {
    await using store = await open()
    await write(store, [reading(1, 1, 1)], position(1))
    const [first, second, third] = [2, 3, 4].map((n) => recordsOf([reading(n, n, n)]))
    await Promise.all([
      store.write(first ?? [], position(2), position(1)),
      store.write(second ?? [], position(3), position(2)),
      store.write(third ?? [], position(4), position(3)),
    ])
    expect(await store.cursor()).toEqual(position(4))
    expect(values(await all(store))).toEqual([1, 2, 3, 4])
  })

  it('refuses a write that follows one that failed, and takes both afterwards', async () => {
    await using store = await open()
    await write(store, [reading(1, 1, 1)], position(1))
    // Beyond its cursor: no store takes it.
    const failing = store.write(recordsOf([reading(9, 2, 2)]), position(2), position(1))
    const next = store.write(recordsOf([reading(3, 3, 3)]), position(3), position(2))
    await expect(failing).rejects.toThrow(RangeError)
    await expect(next).rejects.toMatchObject({ details: { kind: 'unavailable' } })
    expect(await store.cursor()).toEqual(position(1))
    await store.write(recordsOf([reading(2, 2, 2)]), position(2), position(1))
    await store.write(recordsOf([reading(3, 3, 3)]), position(3), position(2))
    expect(values(await all(store))).toEqual([1, 2, 3])
  })

  it('refuses a reading beyond the cursor it is written with', async () => {
    await using store = await open()
    await expect(write(store, [reading(2, 1, 1)], position(1))).rejects.toThrow(RangeError)
    expect(await store.cursor()).toBeUndefined()
  })

  it('keeps everything when it is opened again', async () => {
    const first = await open()
    await write(first, [reading(1, 1, 1), reading(1, 2, 2)], position(1))
    await first[Symbol.asyncDispose]()
    await using again = await open()
    expect(await again.cursor()).toEqual(position(1))
    expect(values(await all(again))).toEqual([1, 2])
  })

  it('answers while it writes', async () => {
    await using store = await open()
    const writes = [1, 2, 3, 4].map((n) => {
      const batch = Array.from({ length: 5_000 }, (_, i) => reading(n, n * 5_000 + i, i))
      return write(store, batch, position(n))
    })
    const counts = []
    for (let n = 0; n < 10; n++) counts.push((await store.totals(gata, power)).count)
    await Promise.all(writes)
    expect(counts).toEqual(counts.toSorted((a, b) => a - b))
    expect((await store.totals(gata, power)).count).toBe(20_000)
    expect(await store.cursor()).toEqual(position(4))
  })
}

function readingContract(open: OpenOwn): void {
  it('knows nothing when it is new', async () => {
    await using store = await open()
    expect(await store.cursor()).toBeUndefined()
    expect(await all(store)).toEqual({ samples: [], total: 0, thinned: false })
    expect(await store.latest(gata)).toEqual([])
    expect(await store.totals(gata, power)).toEqual({ count: 0, sum: 0 })
  })

  it('shows a bad reading as a gap and never as a number', async () => {
    await using store = await open()
    const written = [
      reading(1, 1, 1),
      reading(1, 2, null, bad),
      reading(1, 3, 50, bad),
      reading(1, 4, 2, { quality: 'uncertain', code: 'stale' }),
    ]
    await write(store, written, position(1))
    expect((await all(store)).samples).toEqual([
      { at: second(1), value: 1, quality: 'good' },
      { at: second(2), value: null, quality: 'bad' },
      { at: second(3), value: null, quality: 'bad' },
      { at: second(4), value: 2, quality: 'uncertain' },
    ])
    expect(await store.totals(gata, power)).toEqual({ count: 1, sum: 1 })
  })

  it('gives the samples of the range in order of time, with its end left out', async () => {
    await using store = await open()
    const times = [9, 2, 7, 4, 5]
    const readings = times.map((at, n) => reading(n + 1, at, at))
    await write(store, readings, position(5))
    const series = await all(store, { from: second(4), to: second(9) })
    expect(values(series)).toEqual([4, 5, 7])
  })

  it('finds the newest reading by when it was measured, not by when it came', async () => {
    await using store = await open()
    await write(store, [reading(1, 50, 1), reading(2, 20, 2)], position(2))
    expect((await latest(store)).map(({ value }) => value)).toEqual([1])
  })

  it('never mixes two organisations, even at the same point and time', async () => {
    await using store = await open()
    const other = { organisation: vatten }
    await write(store, [reading(1, 1, 1), reading(2, 1, 2, other)], position(2))
    expect(values(await all(store))).toEqual([1])
    expect(values(await all(store, { organisation: vatten }))).toEqual([2])
    expect(await store.totals(vatten, power)).toEqual({ count: 1, sum: 2 })
    expect((await latest(store, vatten)).map(({ value }) => value)).toEqual([2])
    expect(await store.latest('okänd' as OrganisationId)).toEqual([])
  })

  it.each([0, 1, 2_001, 2.5, Number.NaN])('refuses %d samples', async (limit) => {
    await using store = await open()
    await expect(all(store, { limit })).rejects.toThrow(RangeError)
  })
}
