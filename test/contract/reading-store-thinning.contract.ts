import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { PointId } from '../../src/domain/ids.ts'
import type { Series, StoredReading } from '../../src/store/reading-store.ts'
import {
  all,
  bad,
  type OpenOwn,
  position,
  reading,
  second,
  write,
} from './reading-store.fixtures.ts'

/** The part of the contract about series that are longer than what was asked for. */
export function thinningContract(open: OpenOwn): void {
  it('keeps the highest and the lowest when it thins, in order and within the limit', async () => {
    await using store = await open()
    let sequence = 0
    const anyValue = fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: -1_000, max: 1_000 }) },
      { weight: 1, arbitrary: fc.constant(null) },
    )
    const anySeries = fc.array(anyValue, { minLength: 3, maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(
        anySeries,
        fc.integer({ min: 2, max: 40 }),
        async (history, limit) => {
          sequence++
          const point = (1_000 + sequence) as PointId
          const readings = history.map((value, at) =>
            reading(sequence, at, value, { point, ...(value === null && bad) }),
          )
          await write(store, readings, position(sequence))
          const series = await all(store, { point, limit })
          expect(series.total).toBe(history.length)
          expect(series.thinned).toBe(history.length > limit)
          expectThinned(series, readings, limit)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('keeps the ends and the outage of a long day in 2,000 samples', async () => {
    await using store = await open()
    const day = Array.from({ length: 20_000 }, (_, at) => {
      const outage = at >= 9_000 && at < 9_003
      return reading(1, at, outage ? null : Math.sin(at / 900), outage ? bad : {})
    })
    await write(store, day, position(1))
    const series = await all(store, { limit: 2_000 })
    expect(series).toMatchObject({ total: 20_000, thinned: true })
    expect(series.samples.length).toBeGreaterThan(800)
    expectThinned(series, day, 2_000)
    const times = series.samples.map(({ at }) => at)
    expect([times[0], times.at(-1)]).toEqual([second(0), second(19_999)])
    expect(series.samples.some(({ value }) => value === null)).toBe(true)
  })

  it('keeps both states of a door that opened once in a thinned day', async () => {
    await using store = await open()
    const day = Array.from({ length: 5_000 }, (_, at) => reading(1, at, at === 3_210))
    const words = day.map((door) => ({
      ...door,
      point: 18 as PointId,
      value: door.value === true ? 'open' : 'closed',
    }))
    await write(store, [...day, ...words], position(1))
    const door = await all(store, { limit: 20 })
    expect(door.samples).toContainEqual({ at: second(3_210), value: true, quality: 'good' })
    expect(door.samples.length).toBeLessThanOrEqual(20)
    const word = await all(store, { limit: 20, point: 18 as PointId })
    expect(word.samples).toContainEqual({
      at: second(3_210),
      value: 'open',
      quality: 'good',
    })
  })
}

/** What every thinned picture of `readings` must show. */
function expectThinned(
  { samples }: Series,
  readings: readonly StoredReading[],
  limit: number,
): void {
  expect(samples.length).toBeLessThanOrEqual(limit)
  expect(samples.length).toBeGreaterThan(0)
  const times = samples.map(({ at }) => at)
  expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b))
  const original = new Map(readings.map(({ effective, value }) => [effective, value]))
  expect(samples.map(({ value }) => value)).toEqual(times.map((at) => original.get(at)))
  const numbers = readings.flatMap(({ value }) =>
    typeof value === 'number' ? [value] : [],
  )
  const shown = new Set(samples.map(({ value }) => value))
  for (const extreme of extremes(numbers)) expect(shown).toContain(extreme)
}

function extremes(numbers: readonly number[]): number[] {
  if (numbers.length === 0) return []
  return [
    numbers.reduce((a, b) => Math.min(a, b)),
    numbers.reduce((a, b) => Math.max(a, b)),
  ]
}
