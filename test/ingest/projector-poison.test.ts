import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Problem } from '../../src/domain/problem.ts'
import { RefusesAllError } from '../../src/ingest/projector/faults.ts'
import { PoisonFinder } from '../../src/ingest/projector/poison.ts'
import type { ReadingsOfRecord } from '../../src/store/reading-store.ts'
import {
  createMemoryStore,
  place,
  problem,
  record,
  type MemoryStore,
} from './memory-store.ts'

const refusedWhole: Problem = problem('invalid', { why: 'field type conflict' })

/** A text is poison to this store, whose points hold numbers. */
function numbersOnly(): MemoryStore {
  const store = createMemoryStore()
  store.refuses = ({ value }) => typeof value === 'string'
  return store
}

/** A store that has taken something, and a finder that knows it. */
async function working(): Promise<{ store: MemoryStore; finder: PoisonFinder }> {
  const store = numbersOnly()
  const finder = new PoisonFinder(store)
  const good = [record(1, [0])]
  await store.write(good, place(1))
  finder.landed(good)
  return { store, finder }
}

const batches = fc.array(
  fc.array(fc.oneof({ weight: 5, arbitrary: fc.nat(9) }, fc.constant('poison')), {
    maxLength: 6,
  }),
  { minLength: 1, maxLength: 60 },
)

function recordsOf(values: readonly (readonly (number | string)[])[]): ReadingsOfRecord[] {
  return values.map((own, index) => record(index + 2, own))
}

describe('finding the poison', () => {
  it('lands everything else, once, wherever the poison stands', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (values) => {
        fc.pre(values.some((own) => own.includes('poison')))
        const { store, finder } = await working()
        const records = recordsOf(values)
        const refused = await finder.find(records, refusedWhole)
        const all = records.flatMap(({ readings }) => readings)
        expect(refused.map(({ reading }) => reading)).toEqual(
          all.filter(({ value }) => value === 'poison'),
        )
        expect(store.held().length - 1).toBe(
          all.filter(({ value }) => value !== 'poison').length,
        )
        expect(await store.cursor()).toEqual(place(1))
      }),
      { numRuns: 200 },
    )
  })

  it('finds one reading among ten thousand in few tries, and says why', async () => {
    const { store, finder } = await working()
    const values = Array.from({ length: 5_000 }, (_, n) => [n, n === 3_210 ? 'on' : n])
    store.calls.length = 0
    const refused = await finder.find(recordsOf(values), refusedWhole)
    expect(refused).toMatchObject([
      {
        position: place(3_212),
        reading: { point: 2, value: 'on' },
        reason: 'the store says invalid: field type conflict',
      },
    ])
    expect(store.held()).toHaveLength(10_000)
    expect(store.calls.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(10_000)))
  })

  it('believes hundreds of refusals in a row when a good reading still lands', async () => {
    const { store, finder } = await working()
    const refused = await finder.find([record(2, Array(350).fill('on'))], refusedWhole)
    expect(refused).toHaveLength(350)
    expect(store.held()).toHaveLength(1)
  })

  it('takes a good reading from the store when none has landed since the start', async () => {
    const { store } = await working()
    const refused = await new PoisonFinder(store).find([record(2, ['on'])], refusedWhole)
    expect(refused).toHaveLength(1)
  })

  it('blames a store that refuses what it took before, even over a single reading', async () => {
    const { store, finder } = await working()
    store.refuses = () => true
    await expect(finder.find([record(2, [1])], refusedWhole)).rejects.toThrow(
      new RefusesAllError(
        'the store refused 1 readings one after another, the last with: the store says invalid: field type conflict',
      ),
    )
  })

  it('gives up after a hundred in a row on a store that has never taken anything', async () => {
    const store = createMemoryStore()
    store.refuses = () => true
    const finder = new PoisonFinder(store)
    expect(await finder.find([record(1, Array(60).fill(1))], refusedWhole)).toHaveLength(60)
    const more = finder.find([record(2, Array(9_000).fill(1))], refusedWhole)
    await expect(more).rejects.toThrow('the store refused 100 readings one after another')
    // The small probes that follow put nothing into quarantine either.
    await expect(finder.find([record(3, [1])], refusedWhole)).rejects.toThrow(
      RefusesAllError,
    )
  })

  it('passes on that the store went away in the middle', async () => {
    const { store, finder } = await working()
    store.fails = problem('unavailable')
    const finding = finder.find([record(2, [1, 'on'])], refusedWhole)
    await expect(finding).rejects.toThrow('the store says unavailable')
  })

  it('has nothing to blame when a batch without readings is refused', async () => {
    const { finder } = await working()
    await expect(finder.find([record(2, [])], refusedWhole)).rejects.toThrow(
      RefusesAllError,
    )
  })
})
