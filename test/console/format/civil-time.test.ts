import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { civilOf, instantOf } from '../../../src/console/format/civil-time.ts'

const stockholm = 'Europe/Stockholm'

describe('a time on the wall', () => {
  it('is of the zone of the organisation, in winter and in summer', () => {
    expect(instantOf('2026-11-21T14:30', stockholm)?.toISOString()).toBe(
      '2026-11-21T13:30:00.000Z',
    )
    expect(instantOf('2026-07-01T14:30', stockholm)?.toISOString()).toBe(
      '2026-07-01T12:30:00.000Z',
    )
    expect(civilOf(new Date('2026-11-21T23:30:00.000Z'), stockholm)).toBe(
      '2026-11-22T00:30',
    )
  })

  it('is its first when the clock shows it twice', () => {
    expect(instantOf('2026-10-25T02:30', stockholm)?.toISOString()).toBe(
      '2026-10-25T00:30:00.000Z',
    )
  })

  it('that is skipped in spring comes as long after the change', () => {
    expect(instantOf('2026-03-29T02:30', stockholm)?.toISOString()).toBe(
      '2026-03-29T01:30:00.000Z',
    )
  })

  it.each(['', '2026-11-21', '2026-13-01T10:00', 'tomorrow'])('%j is none', (text) => {
    expect(instantOf(text, stockholm)).toBeUndefined()
  })

  it('leads back to the minute it was made of, but for an hour in autumn', () => {
    const minutes = fc.integer({ min: 27_000_000, max: 31_000_000 })
    const zones = fc.constantFrom(stockholm, 'Europe/Oslo', 'UTC', 'America/St_Johns')
    fc.assert(
      fc.property(minutes, zones, (minute, zone) => {
        const at = new Date(minute * 60_000)
        const civil = civilOf(at, zone)
        const back = instantOf(civil, zone)
        expect(back && civilOf(back, zone)).toBe(civil)
        expect([0, 3_600_000]).toContain(at.getTime() - (back?.getTime() ?? 0))
      }),
    )
  })
})
