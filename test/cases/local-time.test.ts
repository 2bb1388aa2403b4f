import { describe, expect, it } from 'vitest'
import { localYear, longTime, sinceTime } from '../../src/cases/local-time.ts'
import { prefixOf } from '../../src/cases/number.ts'
import { timeUs } from '../../src/domain/time.ts'

const at = (iso: string) => timeUs(Date.parse(iso) * 1_000)
const stockholm = { timezone: 'Europe/Stockholm', language: 'sv' } as const

describe('times for people', () => {
  const now = at('2026-11-20T20:00:00Z')

  it.each([
    ['2026-11-20T13:05:00Z', '14:05'],
    ['2026-11-18T21:40:00Z', '18 november 22:40'],
    ['2025-12-24T14:00:00Z', '24 december 2025 15:00'],
    ['2026-11-19T23:30:00Z', '00:30'],
  ])('since %s is %s', (time, words) => {
    expect(sinceTime(at(time), now, stockholm)).toBe(words)
  })

  it('keeps summer and winter time apart', () => {
    expect(longTime(at('2026-10-25T00:30:00Z'), stockholm)).toBe('25 oktober 2026 02:30')
    expect(longTime(at('2026-10-25T01:30:00Z'), stockholm)).toBe('25 oktober 2026 02:30')
    expect(longTime(at('2026-03-29T01:00:00Z'), stockholm)).toBe('29 mars 2026 03:00')
  })

  it('begins the new year of numbers when the organisation does', () => {
    expect(localYear(at('2026-12-31T23:30:00Z'), 'Europe/Stockholm')).toBe('2027')
    expect(localYear(at('2026-12-31T23:30:00Z'), 'Atlantic/Reykjavik')).toBe('2026')
  })
})

it.each([
  ['lysekil', 'LYS'],
  ['a-1-city', 'A1C'],
  ['x', 'X'],
])('numbers of %s begin with %s', (organisation, prefix) => {
  expect(prefixOf(organisation)).toBe(prefix)
})
