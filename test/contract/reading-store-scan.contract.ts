import { expect, it } from 'vitest'
import type { OrganisationId, PointId } from '../../src/domain/ids.ts'
import { partitionOf } from '../../src/domain/position.ts'
import {
  bad,
  gata,
  type OpenOwn,
  pagesOf,
  position,
  reading,
  scanned,
  second,
  values,
  all,
  vatten,
  write,
} from './reading-store.fixtures.ts'

/** The part of the contract about reading everything of a range. */
export function scanContract(open: OpenOwn): void {
  it('scans every reading of the range with all its fields, by point and time', async () => {
    await using store = await open()
    const [a, b] = [3, 12] as [PointId, PointId]
    const readings = [
      reading(1, 5, 'öppen', { point: b, native: 7 }),
      reading(1, 2, true, { point: b, server: second(3) }),
      reading(2, 4, null, { point: a, ...bad }),
      reading(3, 1, 1.5, { point: a, source: second(0), flags: 9 }),
      reading(3, 9, 2, { point: a }),
    ]
    const own = { organisation: vatten, point: a }
    const at = { ...position(4), partition: partitionOf(vatten) }
    const theirs = reading(4, 4, 8, { ...own, position: at })
    await write(store, [...readings, theirs], position(4))
    const [openDoor, shut, dark, first, last] = readings
    expect(await scanned(store)).toEqual([first, dark, last, shut, openDoor])
    const range = { from: second(2), to: second(9) }
    expect(await scanned(store, range)).toEqual([dark, shut, openDoor])
    expect(await scanned(store, { points: [b, 99 as PointId] })).toEqual([shut, openDoor])
    expect(await scanned(store, { points: [] })).toEqual([])
    expect(await scanned(store, { organisation: vatten })).toEqual([theirs])
    expect(await scanned(store, { organisation: 'okänd' as OrganisationId })).toEqual([])
  })

  it('scans of two readings with the same time the one that wins', async () => {
    await using store = await open()
    const wins = reading(2, 5, 3)
    await write(store, [reading(1, 5, 1), reading(2, 5, 2), wins], position(2))
    expect(await scanned(store)).toEqual([wins])
  })

  it('scans page by page, and ends when nobody wants more', async () => {
    await using store = await open()
    for (let sequence = 1; sequence <= 5; sequence++) {
      const batch = Array.from({ length: 5_000 }, (_, n) =>
        reading(sequence, n * 7 + sequence, n, { point: (1 + (n % 4)) as PointId }),
      )
      await write(store, batch, position(sequence))
    }
    const range = { organisation: gata, from: second(0), to: second(100_000) }
    const pages = await pagesOf(store.scan(range))
    expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(10_000)
    const readings = pages.flat()
    expect(readings).toHaveLength(25_000)
    const sorted = readings.toSorted(
      (a, b) => a.point - b.point || a.effective - b.effective,
    )
    expect(readings.map(({ point, effective }) => [point, effective])).toEqual(
      sorted.map(({ point, effective }) => [point, effective]),
    )

    let heard = 0
    for await (const page of store.scan(range)) {
      heard += page.length
      // A write does not wait for a scan that is not finished.
      await write(store, [reading(6, 200_000, 1)], position(6))
      break
    }
    expect(heard).toBeLessThan(25_000)
    expect(values(await all(store))).toEqual([1])
  })
}
