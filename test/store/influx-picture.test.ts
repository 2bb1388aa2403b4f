import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Picture } from '../../src/store/influx/picture.ts'
import { runsOf } from '../../src/store/influx/runs.ts'
import { WindowTable } from '../../src/store/influx/window-table.ts'
import type { PointId } from '../../src/domain/ids.ts'
import type { Sample } from '../../src/store/reading-store.ts'
import { second } from '../contract/reading-store.fixtures.ts'

describe('a thinned picture', () => {
  const anyValue = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(null))

  it('keeps the extremes and the limit, whatever comes in whatever order', () => {
    fc.assert(
      fc.property(
        fc.array(anyValue, { minLength: 1, maxLength: 80 }),
        fc.integer({ min: 2, max: 30 }),
        fc.boolean(),
        (values, limit, backwards) => {
          const samples = values.map((value, n): Sample => ({
            at: second(n),
            value,
            quality: value === null ? 'bad' : 'good',
          }))
          const picture = new Picture({
            first: second(0),
            last: second(values.length - 1),
            limit,
            gaps: true,
          })
          for (const one of backwards ? samples.toReversed() : samples) picture.add(one)
          const kept = picture.samples()
          expect(kept.length).toBeLessThanOrEqual(limit)
          expect(kept).toEqual(samples.filter((sample) => kept.includes(sample)))
          const numbers = values.filter((value) => value !== null)
          const extremes =
            numbers.length === 0 ? [] : [Math.min(...numbers), Math.max(...numbers)]
          const shown = kept.map(({ value }) => value)
          expect(shown).toEqual(expect.arrayContaining(extremes))
          const room = limit >= 5
          const ends = room ? [samples.at(0), samples.at(-1)] : []
          expect(kept).toEqual(expect.arrayContaining(ends))
          expect(shown.includes(null) || !room).toBe(values.includes(null) || !room)
        },
      ),
    )
  })
})

describe('runs of equal windows', () => {
  const hour = 3_600

  it('makes five of a year of calendar days with its two changes of the clock', () => {
    const days = Array.from({ length: 365 }, (_, n) =>
      n === 87 ? 23 : n === 297 ? 25 : 24,
    )
    const edges = [0]
    for (const length of days) edges.push((edges.at(-1) ?? 0) + length * hour)
    const runs = runsOf(edges)
    expect(runs.map(({ count, width, window }) => [window, count, width / hour])).toEqual([
      [0, 87, 24],
      [87, 1, 23],
      [88, 209, 24],
      [297, 1, 25],
      [298, 67, 24],
    ])
  })

  it('leaves out what lies before a time, and cuts the window it lies in', () => {
    expect(runsOf([0, 10, 20, 30], 14)).toEqual([
      { start: 14, width: 6, count: 1, window: 1 },
      { start: 20, width: 10, count: 1, window: 2 },
    ])
    expect(runsOf([0, 10, 20], 20)).toEqual([])
  })
})

describe('a table of windows', () => {
  it('finds the window of a time, and none outside', () => {
    const table = new WindowTable([1 as PointId], [-10, 0, 5, 100])
    const found = [-11, -10, -1, 0, 4, 5, 99, 100].map((time) => table.windowAt(time))
    expect(found).toEqual([undefined, 0, 0, 1, 1, 2, 2, undefined])
  })
})
