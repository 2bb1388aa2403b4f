import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY_US } from '../../../src/calendar/stretches.ts'
import { sunElevation, sunStretches } from '../../../src/rules/time/sun.ts'

const SUNSET = -0.833
const stockholm = { lat: 59.3293, lon: 18.0686 }

function at(text: string): number {
  return Date.parse(text) * 1_000
}

function iso(us: number): string {
  return new Date(us / 1_000).toISOString()
}

/** Sunrise and sunset of a day, by asking forward from the midnight before it. */
function sunOf(place: { lat: number; lon: number }, midnight: string) {
  const sun = sunStretches(place, SUNSET, SUNSET)
  const rise = sun.changes(at(midnight))
  return { rise, set: sun.changes(rise) }
}

const minutes = (us: number, other: number): number => Math.abs(us - other) / 60e6

describe('the sun', () => {
  /**
   * P. Schlyter's rise and set tables for Swedish towns, stjarnhimlen.se (2001 Sundsvall, 2021
   * Östersund; CET, upper limb on the horizon); for 69.5 N 19.0 E the US Naval Observatory, "Sun
   * and Moon Data for One Day", 1 April 2014 (UT+1).
   */
  it.each([
    ['Sundsvall', { lat: 62.392, lon: 17.29 }, '2001-01-01', '09:18', '14:31'],
    ['Sundsvall', { lat: 62.392, lon: 17.29 }, '2001-01-15', '08:59', '15:02'],
    ['Östersund', { lat: 63.178, lon: 14.635 }, '2021-01-01', '09:39', '14:32'],
    ['Östersund', { lat: 63.178, lon: 14.635 }, '2021-01-18', '09:11', '15:14'],
    ['69.5 N 19.0 E', { lat: 69.5, lon: 19 }, '2014-04-01', '04:50', '18:49'],
  ])('rises and sets in %s as almanacs have it', (...[, place, date, rise, set]) => {
    const sun = sunOf(place, `${date}T00:00+01:00`)
    expect(minutes(sun.rise, at(`${date}T${rise}+01:00`))).toBeLessThan(2)
    expect(minutes(sun.set, at(`${date}T${set}+01:00`))).toBeLessThan(2)
  })

  /** Published for 2022: angshultproduktioner.se, "Årets längsta dag", 21 June 2022. */
  it.each([
    ['2022-06-21T00:00+02:00', 18 * 60 + 37],
    ['2022-12-22T00:00+01:00', 6 * 60 + 5],
  ])('is up in Stockholm as long as it should on %s', (midnight, length) => {
    const sun = sunOf(stockholm, midnight)
    expect(Math.abs(minutes(sun.set, sun.rise) - length)).toBeLessThan(2)
  })

  /** On 18 May 2014 it rose at 69.5 N 19.0 E and set on 25 July (US Naval Observatory). */
  it('that does not set is found again when it does', () => {
    const sun = sunStretches({ lat: 69.5, lon: 19 }, SUNSET, SUNSET)
    let now = at('2014-05-19T00:00+01:00')
    let looks = 0
    while (sun.at(now) === 'above') {
      now = sun.changes(now)
      looks += 1
    }
    expect(iso(now).slice(0, 10)).toBe('2014-07-25')
    expect(looks).toBeLessThan(12)
  })

  it('is measured without refraction, above the horizon too', () => {
    // Noon at the equinox: 90 degrees less the latitude.
    const noon = at('2026-03-20T10:55:00Z')
    expect(sunElevation(stockholm, noon)).toBeCloseTo(90 - stockholm.lat, 0)
    // At the horizon refraction alone is half a degree.
    const low = sunOf(stockholm, '2026-03-20T00:00+01:00').set
    expect(sunElevation(stockholm, low)).toBeCloseTo(SUNSET, 4)
  })

  it('never fails, anywhere, at any time', () => {
    fc.assert(
      fc.property(
        fc.record({
          lat: fc.double({ min: -90, max: 90, noNaN: true }),
          lon: fc.double({ min: -180, max: 180, noNaN: true }),
        }),
        fc.integer({ min: 0, max: at('2200-01-01T00:00Z') }),
        fc.double({ min: -90, max: 90, noNaN: true }),
        fc.double({ min: 0, max: 20, noNaN: true }),
        (place, now, elevation, tolerance) => {
          const sun = sunStretches(place, elevation - tolerance, elevation + tolerance)
          const stand = sun.at(now)
          const until = sun.changes(now)
          expect(until).toBeGreaterThan(now)
          expect(until).toBeLessThanOrEqual(now + 9 * DAY_US)
          expect(sun.at(until - 1)).toBe(stand)
          // Asked from elsewhere the answer is the same to the µs.
          const other = sunStretches(place, elevation - tolerance, elevation + tolerance)
          expect(other.changes(until - 1)).toBe(until)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('stands where its elevation says, all the time', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -90, max: 90, noNaN: true }),
        fc.double({ min: -30, max: 60, noNaN: true }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        fc.array(
          fc.integer({ min: at('2026-01-01T00:00Z'), max: at('2027-01-01T00:00Z') }),
          {
            minLength: 20,
            maxLength: 20,
          },
        ),
        (lat, elevation, tolerance, asked) => {
          const place = { lat, lon: 18 }
          const [low, high] = [elevation - tolerance, elevation + tolerance]
          const sun = sunStretches(place, low, high)
          for (const now of asked) {
            const is = sunElevation(place, now)
            // A crossing is found to the millisecond.
            if (Math.abs(is - low) < 1e-4 || Math.abs(is - high) < 1e-4) continue
            const stand = is < low ? 'below' : is > high ? 'above' : 'between'
            expect([iso(now), is, sun.at(now)]).toEqual([iso(now), is, stand])
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})
