import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  currentRate,
  distributionOf,
  peak,
  percentile,
  slidingMax,
  SLOT_US,
  slotCount,
  slotsOf,
} from '../../../src/alarms/kpis/rates.ts'
import { at, DAY, someTimes, start } from './facts.ts'

const day = { from: start, to: start + DAY }
function total(slots: readonly { readonly count: number }[]): number {
  return slots.reduce((sum, { count }) => sum + count, 0)
}

describe('slots of ten minutes', () => {
  it('lie on the clock and begin where the one before ends', () => {
    const times = [at('12:00'), at('12:09:59'), at('12:10'), at('12:20')]
    expect(slotsOf(times, day)).toEqual([
      { from: at('12:00'), count: 2 },
      { from: at('12:10'), count: 1 },
      { from: at('12:20'), count: 1 },
    ])
    expect(slotCount(day)).toBe(144)
  })

  it('are told with how many had how many', () => {
    const times = [at('12:00'), at('12:01'), at('13:00')]
    expect(distributionOf(slotsOf(times, day), day)).toEqual([
      { count: 0, slots: 142 },
      { count: 1, slots: 1 },
      { count: 2, slots: 1 },
    ])
  })

  it('may be cut at the ends of the window', () => {
    const window = { from: at('12:05'), to: at('12:15') }
    expect(slotCount(window)).toBe(2)
    expect(slotsOf([at('12:04'), at('12:05'), at('12:15')], window)).toEqual([
      { from: at('12:00'), count: 1 },
    ])
  })

  it('sum up to the total, and so does their distribution', () => {
    fc.assert(
      fc.property(someTimes, (times) => {
        const slots = slotsOf(times, day)
        const distribution = distributionOf(slots, day)
        expect(total(slots)).toBe(times.length)
        expect(distribution.reduce((sum, one) => sum + one.count * one.slots, 0)).toBe(
          times.length,
        )
        expect(distribution.reduce((sum, one) => sum + one.slots, 0)).toBe(slotCount(day))
      }),
    )
  })

  it('of two windows that meet at an edge are those of the whole', () => {
    const edge = fc.integer({ min: 0, max: 144 }).map((slot) => start + slot * SLOT_US)
    fc.assert(
      fc.property(someTimes, edge, (times, middle) => {
        const before = { from: start, to: middle }
        const after = { from: middle, to: start + DAY }
        expect([...slotsOf(times, before), ...slotsOf(times, after)]).toEqual(
          slotsOf(times, day),
        )
        expect(slotCount(before) + slotCount(after)).toBe(slotCount(day))
        expect(Math.max(slidingMax(times, before), slidingMax(times, after))).toBe(
          slidingMax(times, day),
        )
      }),
    )
  })
})

describe('the most in any ten minutes', () => {
  it('sees what two slots share', () => {
    const times = [at('12:08'), at('12:09'), at('12:11'), at('12:12')]
    expect(slidingMax(times, day)).toBe(4)
    expect(total(slotsOf(times, day).slice(0, 1))).toBe(2)
  })

  it('leaves out what is ten minutes old', () => {
    expect(slidingMax([at('12:00'), at('12:10')], day)).toBe(1)
    expect(slidingMax([at('12:00:01'), at('12:10')], day)).toBe(2)
  })

  it('is never less than the fullest slot, nor dependent on the order', () => {
    fc.assert(
      fc.property(someTimes, (times) => {
        const most = slidingMax(times, day)
        const fixed = Math.max(0, ...slotsOf(times, day).map(({ count }) => count))
        expect(most).toBeGreaterThanOrEqual(fixed)
        expect(slidingMax(times.toReversed(), day)).toBe(most)
        const counted = times.map(
          (end) => times.filter((one) => one <= end && one > end - SLOT_US).length,
        )
        expect(most).toBe(Math.max(0, ...counted))
      }),
    )
  })
})

describe('peaks and percentiles', () => {
  it('name the fullest hour and minute, the first of equals', () => {
    const times = [at('09:00'), at('12:00:10'), at('12:00:50'), at('15:30:00')]
    expect(peak(times, day, 'hour')).toEqual({ from: at('12:00'), count: 2 })
    expect(peak(times, day, 'minute')).toEqual({ from: at('12:00'), count: 2 })
    expect(peak([], day, 'hour')).toBeUndefined()
  })

  it('know the rate of now', () => {
    expect(currentRate([at('23:49:59'), at('23:50'), at('23:59')], day)).toBe(2)
  })

  it('are by nearest rank', () => {
    // Wikipedia, "Percentile", the worked example of the nearest-rank method.
    const list = [15, 20, 35, 40, 50]
    expect([0.05, 0.3, 0.4, 0.5, 1].map((share) => percentile(list, share))).toEqual([
      15, 20, 20, 35, 50,
    ])
    expect(percentile([], 0.5)).toBeNull()
  })
})
