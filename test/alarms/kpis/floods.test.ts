import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { floodAt, floodEnds, moreOf, noFlood } from '../../../src/alarms/flood.ts'
import { floodFigures, floodsOf } from '../../../src/alarms/kpis/floods.ts'
import { HOUR, MINUTE, SECOND, timeUs } from '../../../src/domain/time.ts'
import { at, DAY, someTimes, start } from './facts.ts'

const day = { from: start, to: start + DAY }

function every(seconds: number, count: number, from = at('12:00')): number[] {
  return Array.from({ length: count }, (_, i) => from + i * seconds * SECOND)
}

describe('a flood', () => {
  it('begins with the eleventh in ten minutes, not the tenth', () => {
    expect(floodsOf(every(30, 10))).toEqual([])
    expect(floodsOf(every(30, 11))).toEqual([
      { from: at('12:05'), to: at('12:13'), count: 1 },
    ])
    expect(floodsOf(every(61, 40))).toEqual([])
  })

  it('lasts until fewer than five are left in ten minutes', () => {
    // Eleven in five minutes, then one every 110 s keeps five in the window; then silence.
    const slow = every(110, 5, at('12:07'))
    expect(floodsOf([...every(30, 11), ...slow])).toEqual([
      { from: at('12:05'), to: at('12:17'), count: 6 },
    ])
  })

  it('is counted where it begins and lasts where it lasts', () => {
    const times = every(30, 11, at('11:54'))
    const before = { from: start, to: at('12:00') }
    const after = { from: at('12:00'), to: start + DAY }
    const [one, other] = [floodFigures([times], before), floodFigures([times], after)]
    expect([one.count, other.count]).toEqual([1, 0])
    expect(one.time).toBe(MINUTE)
    expect(one.time + other.time).toBe(floodFigures([times], day).time)
    expect(other.longest).toBe(8 * MINUTE)
  })

  it('is of one desk: two that are busy are not one that drowns', () => {
    const times = every(30, 14)
    const odd = times.filter((_, i) => i % 2 === 1)
    const even = times.filter((_, i) => i % 2 === 0)
    expect(floodFigures([times], day).count).toBe(1)
    expect(floodFigures([odd, even], day).count).toBe(0)
  })

  it('is the one that the service sees as it happens', () => {
    fc.assert(
      fc.property(someTimes, (times) => {
        let live = noFlood
        const seen: { from: number; to: number | undefined }[] = []
        for (const time of times.toSorted((one, other) => one - other)) {
          live = moreOf(floodAt(live, timeUs(time)), timeUs(time))
          if (live.since === undefined) continue
          const to = floodEnds(live)
          const last = seen.at(-1)
          if (last?.from === live.since) last.to = to
          else seen.push({ from: live.since, to })
        }
        expect(floodsOf(times).map(({ from, to }) => ({ from, to }))).toEqual(seen)
      }),
    )
  })

  it('of two windows that meet adds up', () => {
    const edge = fc.integer({ min: 0, max: 24 }).map((hour) => start + hour * HOUR)
    fc.assert(
      fc.property(someTimes, edge, (times, middle) => {
        const before = floodFigures([times], { from: start, to: middle })
        const after = floodFigures([times], { from: middle, to: start + DAY })
        const whole = floodFigures([times], day)
        expect(before.count + after.count).toBe(whole.count)
        expect(before.time + after.time).toBe(whole.time)
        expect(Math.max(before.longest, after.longest)).toBe(whole.longest)
      }),
    )
  })
})
