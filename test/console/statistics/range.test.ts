import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  chosenIn,
  isRange,
  searchOf,
  windowOf,
} from '../../../src/console/statistics/range.ts'

const here = {
  timeZone: 'Europe/Stockholm',
  // Half an hour into the 22nd there.
  now: new Date('2026-11-21T23:30:00.000Z'),
}
const chosen = (search: string) => chosenIn(new URLSearchParams(search), here)

describe('the days that an address asks for', () => {
  it.each([
    ['', '30d', '2026-10-24'],
    ['range=90d', '90d', '2026-08-25'],
    ['range=12m', '12m', '2025-12-01'],
    ['range=year', 'year', '2026-01-01'],
    ['range=century', '30d', '2026-10-24'],
    ['first=2026-11-02&last=2026-11-01', '30d', '2026-10-24'],
    ['first=2026-02-30&last=2026-11-01&range=year', 'year', '2026-01-01'],
    ['first=2016-01-01&last=2026-11-01', '30d', '2026-10-24'],
  ])('%j: %s, to today', (search, range, first) => {
    expect(chosen(search)).toEqual({ range, first, last: '2026-11-22' })
  })

  it('can be days of one’s own', () => {
    expect(chosen('first=2026-03-01&last=2026-03-31')).toEqual({
      range: undefined,
      first: '2026-03-01',
      last: '2026-03-31',
    })
  })

  it('stand in the address again', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('', 'range=90d', 'range=12m', 'first=2026-03-01&last=2026-03-01'),
        fc.constantFrom('month' as const, 'reason' as const),
        (search, by) => {
          const wanted = new URLSearchParams(search)
          if (by !== 'month') wanted.set('by', by)
          expect(searchOf(chosen(search), by)).toBe(wanted.toString())
        },
      ),
    )
  })
})

describe('the window for the service', () => {
  it('is from midnight to midnight there, also when the clock is changed', () => {
    const march = { first: '2026-03-01', last: '2026-03-31' }
    expect(Object.fromEntries(windowOf(march, here))).toEqual({
      from: '2026-02-28T23:00:00.000Z',
      to: '2026-03-31T22:00:00.000Z',
    })
  })

  it('ends now when it reaches today', () => {
    const today = { first: '2026-11-22', last: '2026-11-22' }
    expect(Object.fromEntries(windowOf(today, here))).toEqual({
      from: '2026-11-21T23:00:00.000Z',
    })
  })
})

it.each([
  ['2026-01-01', '2026-01-01', true],
  ['2016-01-01', '2025-12-31', true],
  ['2016-01-01', '2026-01-02', false],
  ['2026-01-02', '2026-01-01', false],
  ['', '2026-01-01', false],
  ['2026-01-01', '2026-1-1', false],
])('from %j to %j are days that can be asked for: %s', (first, last, can) => {
  expect(isRange({ first, last })).toBe(can)
})
