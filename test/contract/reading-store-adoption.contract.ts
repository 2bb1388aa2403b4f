import { expect, it } from 'vitest'
import type { StoredReading } from '../../src/store/reading-store.ts'
import {
  all,
  gata,
  latest,
  type OpenOwn,
  position,
  power,
  reading,
  scanned,
  second,
  values,
  write,
} from './reading-store.fixtures.ts'

/** The part of the contract about a log that follows another. */
export function adoptionContract(open: OpenOwn): void {
  it('follows another log once it was told to, and that one wins where times are equal', async () => {
    await using store = await open()
    const old = [reading(7, 1, 1), reading(8, 2, 2), reading(9, 3, 3)]
    await write(store, old, position(9))
    await store.adopt()
    expect(await store.cursor()).toBeUndefined()
    expect(values(await all(store))).toEqual([1, 2, 3])

    // Its commits count from 1 again, lower than those of the log before.
    const next = [ofLog2(1, 2, 20), ofLog2(2, 3, 30), ofLog2(2, 4, 40)]
    await write(store, next, position(2, 0, 'log-2'))
    expect(await store.cursor()).toEqual(position(2, 0, 'log-2'))
    expect(values(await all(store))).toEqual([1, 20, 30, 40])
    expect(await scanned(store)).toEqual([old[0], ...next])
    expect(await latest(store)).toEqual([next[2]])
    expect(await store.totals(gata, power)).toEqual({ count: 4, sum: 91 })
    const { measures } = await store.windows({
      organisation: gata,
      edges: [second(0), second(10)],
      measures: ['count', 'max'],
    })
    expect(measures.count).toEqual(Float64Array.of(4))
    expect(measures.max).toEqual(Float64Array.of(40))
    const late = write(store, [reading(10, 10, 10)], position(10))
    await expect(late).rejects.toMatchObject({ details: { kind: 'conflict' } })
  })

  it('has forgotten its cursor also after it was opened again, and can adopt when it has none', async () => {
    const first = await open()
    await write(first, [reading(1, 1, 1)], position(1))
    await first.adopt()
    await first.adopt()
    await first[Symbol.asyncDispose]()
    await using again = await open()
    expect(await again.cursor()).toBeUndefined()
    // The same log may follow itself: all of it is read anew.
    await write(again, [reading(1, 1, 5), reading(2, 2, 6)], position(2))
    expect(values(await all(again))).toEqual([5, 6])
  })
}

function ofLog2(sequence: number, at: number, value: number): StoredReading {
  return reading(sequence, at, value, { position: position(sequence, 0, 'log-2') })
}
