import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  FLOOD_ENDS_BELOW,
  FLOOD_STARTS_ABOVE,
  FLOOD_WINDOW,
  floodAt,
  floodEnds,
  moreOf,
  noFlood,
  waitsForFlood,
} from '../../src/alarms/flood.ts'
import { MINUTE, SECOND, timeUs, type TimeUs } from '../../src/domain/time.ts'

const START = 1_790_000_000_000_000
const at = (seconds: number): TimeUs => timeUs(START + seconds * SECOND)

function after(...seconds: readonly number[]) {
  return seconds.reduce((state, second) => moreOf(state, at(second)), noFlood)
}

describe('a flood', () => {
  it('starts with the eleventh alarm in ten minutes', () => {
    const ten = Array.from({ length: 10 }, (_, n) => n * 30)
    expect(after(...ten).since).toBeUndefined()
    expect(after(...ten, 300).since).toBe(at(300))
  })

  it('does not start when eleven are spread over more than ten minutes', () => {
    expect(after(...Array.from({ length: 11 }, (_, n) => n * 61)).since).toBeUndefined()
  })

  it('ends when fewer than five came in the last ten minutes', () => {
    const flooded = after(...Array.from({ length: 11 }, (_, n) => n))
    const ends = floodEnds(flooded)
    // The seventh of eleven leaves the window, and four are left.
    expect(ends).toBe(at(6) + FLOOD_WINDOW)
    expect(floodAt(flooded, timeUs(Number(ends) - 1)).since).toBe(at(10))
    expect(floodAt(flooded, timeUs(Number(ends))).since).toBeUndefined()
  })

  it('lasts while alarms keep coming, also those that it holds back', () => {
    const long = Array.from({ length: 60 }, (_, n) => n * 60)
    const flooded = after(...Array.from({ length: 11 }, (_, n) => n), ...long)
    expect(flooded.since).toBe(at(10))
  })

  it('never holds priorities 1 and 2', () => {
    expect([1, 2, 3, 4].map(waitsForFlood)).toEqual([false, false, true, true])
  })

  it('says when it ends, and is over then and not before', () => {
    const seconds = fc.array(fc.nat({ max: 3_600 }), { minLength: 1, maxLength: 80 })
    fc.assert(
      fc.property(seconds, (times) => {
        const state = after(...times.toSorted((a, b) => a - b))
        const ends = floodEnds(state)
        if (ends === undefined) return
        expect(floodAt(state, timeUs(ends - 1)).since).toBe(state.since)
        expect(floodAt(state, ends).since).toBeUndefined()
      }),
    )
  })

  it('agrees with counting', () => {
    const seconds = fc.array(fc.nat({ max: 1_800 }), { maxLength: 40 })
    fc.assert(
      fc.property(seconds, (times) => {
        const sorted = times.toSorted((a, b) => a - b)
        let flooded = false
        for (const [index, time] of sorted.entries()) {
          const heard = sorted.slice(0, index).filter((one) => one > time - 600).length
          if (heard + 1 > FLOOD_STARTS_ABOVE) flooded = true
        }
        // Once begun it may have ended again; begun at all is what a count can tell.
        let begun = false
        let state = noFlood
        for (const time of sorted) {
          state = moreOf(state, at(time))
          begun ||= state.since !== undefined
        }
        expect(begun).toBe(flooded)
        expect(FLOOD_ENDS_BELOW).toBeLessThan(FLOOD_STARTS_ABOVE)
        expect(FLOOD_WINDOW).toBe(10 * MINUTE)
      }),
    )
  })
})
