import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Problem } from '../../src/domain/problem.ts'
import { timeUs } from '../../src/domain/time.ts'
import { readTime, whole } from '../../src/open311/dates.ts'

const lenient = { zone: 'Europe/Stockholm', strict: false }

describe('times of partners', () => {
  const read = [
    ['2026-11-20T08:00:00Z', '2026-11-20T08:00:00Z'],
    ['2026-11-20T08:00:00.017Z', '2026-11-20T08:00:00Z'],
    ['2026-11-20T08:00:00+01:00', '2026-11-20T07:00:00Z'],
    ['2026-11-20T08:00:00+0100', '2026-11-20T07:00:00Z'],
    ['2026-11-20T08:00:00-02:30', '2026-11-20T10:30:00Z'],
    // A plus that nobody escaped.
    ['2026-11-20T08:00:00 01:00', '2026-11-20T07:00:00Z'],
    ['2026-11-20T08:00+01:00', '2026-11-20T07:00:00Z'],
    ['2026-11-20T08:00:00', '2026-11-20T07:00:00Z'],
    ['2026-07-20T08:00:00', '2026-07-20T06:00:00Z'],
    ['2026-11-20 08:00:00', '2026-11-20T07:00:00Z'],
    ['2026-11-20', '2026-11-19T23:00:00Z'],
    // Left out when the clocks go forward, twice when they go back.
    ['2026-03-29T02:30:00', '2026-03-29T01:30:00Z'],
    ['2026-10-25T02:30:00', '2026-10-25T00:30:00Z'],
    ['2026-10-25T03:30:00', '2026-10-25T02:30:00Z'],
  ] as const
  it.each(read)('reads %s', (text, utc) => {
    expect(whole(readTime('start_date', text, lenient))).toBe(utc)
  })

  const refused = [
    '',
    'yesterday',
    '20261120',
    '2026-13-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-11-20T25:00:00Z',
    '2026-11-20T08:61:00Z',
    '99999-11-20T08:00:00Z',
    "2026-11-20T08:00:00Z' or 1=1",
  ]
  it.each(refused)('refuses %j and names the field', (text) => {
    expect(() => readTime('end_date', text, lenient)).toThrow(/end_date/)
  })

  it('asks for a zone where it is strict', () => {
    const strict = { ...lenient, strict: true }
    expect(() => readTime('start_date', '2026-11-20T08:00:00', strict)).toThrow(Problem)
    expect(readTime('start_date', '2026-11-20T08:00:00Z', strict)).toBeGreaterThan(0)
  })

  it('reads what it writes, to the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (second) => {
        const text = whole(timeUs(second * 1_000_000 + 999_999))
        expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
        expect(readTime('x', text, lenient)).toBe(second * 1_000_000)
      }),
    )
  })
})
