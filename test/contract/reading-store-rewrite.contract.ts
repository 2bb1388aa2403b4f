import { expect, it } from 'vitest'
import type { PointId } from '../../src/domain/ids.ts'
import {
  all,
  bad,
  gata,
  latest,
  type OpenOwn,
  position,
  power,
  reading,
  recordsOf,
  second,
  values,
  vatten,
  write,
} from './reading-store.fixtures.ts'

/** The part of the contract about records of the past that are written again. */
export function rewriteContract(open: OpenOwn): void {
  it('lets what is written again take the place of what the same record wrote', async () => {
    await using store = await open()
    await write(
      store,
      [reading(1, 1, 1), reading(2, 2, null, bad), reading(3, 3, 3)],
      position(3),
    )
    const mended = [reading(2, 2, 20, { typeVersion: 2 })]
    await store.rewrite(recordsOf(mended))
    await store.rewrite(recordsOf(mended))
    expect(values(await all(store))).toEqual([1, 20, 3])
    expect((await all(store)).total).toBe(3)
    expect(await store.totals(gata, power)).toEqual({ count: 3, sum: 24 })
    expect(await store.cursor()).toEqual(position(3))
  })

  it('puts in what was never there, of any number of points and organisations', async () => {
    await using store = await open()
    await write(store, [reading(9, 9, 9)], position(9))
    const more = [
      reading(4, 4, 4),
      reading(4, 4, 'öppen', { point: 18 as PointId }),
      reading(5, 5, true, { organisation: vatten }),
    ]
    await store.rewrite(recordsOf(more))
    await store.rewrite([])
    expect(values(await all(store))).toEqual([4, 9])
    expect((await latest(store)).map(({ value }) => value)).toEqual([9, 'öppen'])
    expect((await latest(store, vatten)).map(({ value }) => value)).toEqual([true])
    expect(await store.cursor()).toEqual(position(9))
  })

  it('goes on from its cursor as if nothing had been written again', async () => {
    await using store = await open()
    await write(store, [reading(1, 1, 1)], position(1))
    // Ahead of the cursor too: that is where poison is looked for.
    await store.rewrite(recordsOf([reading(2, 2, 2)]))
    await write(store, [reading(1, 1, 99), reading(2, 2, 2), reading(3, 3, 3)], position(3))
    expect(values(await all(store))).toEqual([1, 2, 3])
    expect(await store.totals(gata, power)).toEqual({ count: 3, sum: 6 })
  })

  it('starts with readings that have no cursor yet', async () => {
    await using store = await open()
    await store.rewrite(recordsOf([reading(1, 1, 1)]))
    expect(await store.cursor()).toBeUndefined()
    await write(store, [reading(1, 1, 1), reading(2, 2, 2)], position(2))
    expect(values(await all(store))).toEqual([1, 2])
    expect(await store.totals(gata, power)).toEqual({ count: 2, sum: 3 })
  })
}

/** What stores that can delete single readings, and know the place of each, promise besides. */
export function exactRewriteContract(open: OpenOwn): void {
  it('removes what an earlier decoding wrote at a time that is no longer the right one', async () => {
    await using store = await open()
    // Not understood when they came, and so kept at the time they were heard.
    const heard = [
      reading(1, 61, null, bad),
      reading(2, 62, null, bad),
      reading(3, 63, null, bad),
    ]
    await write(store, heard, position(3))
    const records = [1, 2].map((n) => ({
      organisation: gata,
      position: position(n),
      readings: [reading(n, n, 10 * n)],
      gone: [{ point: power, effective: second(60 + n) }],
    }))
    await store.rewrite(records)
    await store.rewrite(records)
    expect(values(await all(store))).toEqual([10, 20, null])
    expect((await all(store)).total).toBe(3)
  })

  it('removes nothing that another record wrote', async () => {
    await using store = await open()
    await write(store, [reading(1, 5, 1), reading(2, 5, 2)], position(2))
    const gone = [{ point: power, effective: second(5) }]
    await store.rewrite([{ organisation: gata, position: position(1), readings: [], gone }])
    expect(values(await all(store))).toEqual([2])
  })

  it('lets a reading of a later record win', async () => {
    await using store = await open()
    await write(store, [reading(1, 5, 1), reading(2, 5, 2)], position(2))
    await store.rewrite(recordsOf([reading(1, 5, 100)]))
    expect(values(await all(store))).toEqual([2])
  })

  it('lets the log that is followed now win over one before it', async () => {
    await using store = await open()
    const old = 'log-0'
    await write(store, [reading(1, 1, 1), reading(2, 2, 2)], position(2))
    await store.rewrite(
      recordsOf([
        reading(9, 2, 20, { position: position(9, 0, old) }),
        reading(9, 3, 30, { position: position(9, 0, old) }),
      ]),
    )
    expect(values(await all(store))).toEqual([1, 2, 30])
    expect(await store.cursor()).toEqual(position(2))
    await store.adopt()
    await write(
      store,
      [reading(1, 3, 3, { position: position(1, 0, 'log-2') })],
      position(1, 0, 'log-2'),
    )
    await store.rewrite(recordsOf([reading(2, 3, 300)]))
    expect(values(await all(store))).toEqual([1, 2, 3])
  })
}
