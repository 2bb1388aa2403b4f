import { describe, expect, it } from 'vitest'
import { parameter } from '../../../src/rules/parameter.ts'
import { createCalendar } from '../../../src/calendar/calendar.ts'
import { parameterColumn } from '../../../src/rules/time/parameters.ts'

const attributes = [
  { limit: 4.5 },
  { limit: '4.5' },
  {},
  { limit: true },
  { limit: Number.NaN },
] as const

function column(text: unknown) {
  return parameterColumn(parameter.parse(text), {
    rows: attributes.length,
    attributes: (row) => attributes[row] ?? {},
    calendar: createCalendar('Europe/Stockholm', 'SE'),
  })
}

function at(text: string): number {
  return Date.parse(text) * 1_000
}

describe('a parameter', () => {
  it('that is a number is that for every row, for ever', () => {
    const five = column(5)
    expect([five.at(0, 0), five.at(4, 1e15)]).toEqual([5, 5])
    expect(five.changes(0, 0)).toBe(Infinity)
  })

  it('that is an attribute is the number the asset has, and NaN without one', () => {
    const limit = column({ attribute: 'limit' })
    expect(attributes.map((_, row) => limit.at(row, 0))).toEqual([4.5, NaN, NaN, NaN, NaN])
    expect(limit.changes(0, 0)).toBe(Infinity)
  })

  it('falls back for assets without the attribute, not for those with a wrong one', () => {
    const limit = column({ attribute: 'limit', otherwise: 9 })
    expect(attributes.map((_, row) => limit.at(row, 0))).toEqual([4.5, NaN, 9, NaN, NaN])
  })

  it('does not find attributes that every object has', () => {
    expect(column({ attribute: 'constructor', otherwise: 1 }).at(0, 0)).toBe(1)
  })

  it('on a schedule is the first that fits, else the other', () => {
    const limit = column({
      schedule: [
        { during: { days: ['holiday'] }, value: 1 },
        { during: { from: '22:00', to: '06:00' }, value: 2 },
      ],
      otherwise: 3,
    })
    expect(limit.at(0, at('2026-01-06T23:00+01:00'))).toBe(1)
    expect(limit.at(0, at('2026-01-07T23:00+01:00'))).toBe(2)
    expect(limit.at(0, at('2026-01-07T12:00+01:00'))).toBe(3)
    expect(limit.changes(0, at('2026-01-05T23:00+01:00'))).toBe(
      at('2026-01-06T00:00+01:00'),
    )
    expect(limit.changes(0, at('2026-01-07T12:00+01:00'))).toBe(
      at('2026-01-07T22:00+01:00'),
    )
  })

  it('on a schedule answers the same when it is asked about the past in between', () => {
    const limit = column({
      schedule: [{ during: { from: '22:00', to: '06:00' }, value: 2 }],
      otherwise: 3,
    })
    const night = at('2026-01-07T23:00+01:00')
    const noon = at('2026-01-07T12:00+01:00')
    expect([limit.at(0, night), limit.at(0, noon), limit.at(0, night)]).toEqual([2, 3, 2])
  })
})
