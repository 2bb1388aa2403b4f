import { describe, expect, it } from 'vitest'
import type { Place } from '../../../src/domain/asset.ts'
import { HOUR, MINUTE } from '../../../src/domain/time.ts'
import { condition } from '../../../src/rules/condition.ts'
import { dark } from '../../../src/rules/conditions/dark.ts'
import { during } from '../../../src/rules/conditions/during.ts'
import type { LeafBlock, LeafSetting } from '../../../src/rules/conditions/leaf.ts'
import { createCalendar } from '../../../src/calendar/calendar.ts'
import { sunElevation } from '../../../src/rules/time/sun.ts'
import { FALSE, TRUE, UNKNOWN } from '../../../src/rules/truth.ts'

const stockholm = { lat: 59.33, lon: 18.07 }
const tromso = { lat: 69.65, lon: 18.96 }
const longyearbyen = { lat: 78.22, lon: 15.65 }

function setting(places: readonly (Place | undefined)[]): LeafSetting {
  return {
    rows: places.length,
    parameter: () => ({ at: () => Number.NaN, changes: () => Infinity }),
    maxGap: () => 0,
    place: (row) => places[row],
    calendar: createCalendar('Europe/Stockholm', 'SE'),
  }
}

function sun(
  places: readonly (Place | undefined)[],
  words: { elevation?: number; tolerance?: number } = {},
): LeafBlock {
  const parsed = condition.parse({ kind: 'dark', ...words })
  if (parsed.kind !== 'dark') throw new Error('another condition')
  return dark.make(parsed, setting(places))
}

function at(text: string): number {
  return Date.parse(text) * 1_000
}

describe('dark', () => {
  it('is TRUE from sunset to sunrise', () => {
    const block = sun([stockholm])
    expect(block.judge(0, at('2026-06-21T22:00+02:00'))).toBe(FALSE)
    expect(block.judge(0, at('2026-06-21T22:15+02:00'))).toBe(TRUE)
    expect(block.judge(0, at('2026-06-22T03:20+02:00'))).toBe(TRUE)
    expect(block.judge(0, at('2026-06-22T03:40+02:00'))).toBe(FALSE)
  })

  it('is UNKNOWN within the tolerance of the crossing, and due where that begins and ends', () => {
    const block = sun([stockholm], { tolerance: 1 })
    const noon = at('2026-06-21T12:00+02:00')
    const maybe = block.due(0, noon)
    const certain = block.due(0, maybe)
    expect(
      [noon, maybe - 1, maybe, certain - 1, certain].map((t) => block.judge(0, t)),
    ).toEqual([FALSE, FALSE, UNKNOWN, UNKNOWN, TRUE])
    expect(sunElevation(stockholm, maybe)).toBeCloseTo(0.167, 3)
    expect(sunElevation(stockholm, certain)).toBeCloseTo(-1.833, 3)
  })

  it('is UNKNOWN without a place and never asks to be looked at again', () => {
    const block = sun([undefined, stockholm])
    const night = at('2026-12-21T23:00+01:00')
    expect([block.judge(0, night), block.judge(1, night)]).toEqual([UNKNOWN, TRUE])
    expect(block.due(0, night)).toBe(Infinity)
    expect(block.figures(0, night, false)).toEqual({ limit: -0.833 })
  })

  it('rests on no reading, and tells how low the sun stands', () => {
    const block = sun([stockholm])
    expect(block.known(0)).toBe(Infinity)
    expect(block.figures(0, at('2026-12-21T11:46+01:00'), false)).toEqual({
      limit: -0.833,
      computed: 7.23,
    })
  })

  it('remembers nothing', () => {
    const block = sun([stockholm])
    block.load(0, block.save(0))
    expect(() => block.load(0, { latched: true })).toThrow('remembers nothing')
  })

  it('is judged for each of many places by its own sky', () => {
    const block = sun([stockholm, tromso, stockholm, longyearbyen])
    const noon = at('2026-12-21T12:00+01:00')
    expect([0, 1, 2, 3].map((row) => block.judge(row, noon))).toEqual([
      FALSE,
      TRUE,
      FALSE,
      TRUE,
    ])
  })

  it.each([
    ['Tromsø', tromso, '2026-11-29', '2027-01-13'],
    ['Longyearbyen', longyearbyen, '2026-10-28', '2027-02-13'],
  ])('holds at every hour of the polar night in %s', (_town, place, first, last) => {
    const block = sun([place])
    const light: string[] = []
    for (let now = at(`${first}T00:00Z`); now < at(`${last}T00:00Z`); now += HOUR) {
      if (block.judge(0, now) !== TRUE) light.push(new Date(now / 1_000).toISOString())
    }
    expect(light).toEqual([])
  })

  it.each([
    ['Tromsø', tromso, '2026-05-20', '2026-07-24'],
    ['Longyearbyen', longyearbyen, '2026-04-21', '2026-08-21'],
  ])('holds at no hour of the midnight sun in %s', (_town, place, first, last) => {
    const block = sun([place])
    const night: string[] = []
    for (let now = at(`${first}T00:00Z`); now < at(`${last}T00:00Z`); now += HOUR) {
      if (block.judge(0, now) !== FALSE) night.push(new Date(now / 1_000).toISOString())
    }
    expect(night).toEqual([])
  })

  it.each([
    ['Tromsø', tromso],
    ['Longyearbyen', longyearbyen],
  ])(
    'has an answer for every day of the year in %s, with the next change in sight',
    (_, place) => {
      const block = sun([place], { tolerance: 2 })
      const end = at('2027-01-01T00:00Z')
      let looks = 0
      for (let now = at('2026-01-01T00:00Z'); now < end; now = block.due(0, now)) {
        const next = block.due(0, now)
        expect(next).toBeGreaterThan(now)
        expect(block.judge(0, next - 1)).toBe(block.judge(0, now))
        looks += 1
      }
      expect(looks).toBeGreaterThan(100)
      expect(looks).toBeLessThan(366 * 4 + 60)
    },
  )
})

describe('during', () => {
  const parsed = condition.parse({
    kind: 'during',
    times: [{ days: ['workday'], from: '08:00', to: '17:00' }],
  })
  if (parsed.kind !== 'during') throw new Error('another condition')
  const block = during.make(parsed, setting([undefined]))

  it('is TRUE within the times, FALSE outside, and due where that changes', () => {
    const morning = at('2026-11-20T07:59+01:00')
    expect(block.judge(0, morning)).toBe(FALSE)
    expect(block.due(0, morning)).toBe(morning + MINUTE)
    expect(block.judge(0, morning + MINUTE)).toBe(TRUE)
    expect(block.due(0, morning + MINUTE)).toBe(at('2026-11-20T17:00+01:00'))
  })

  it('rests on no reading and has no figures', () => {
    expect(block.known(0)).toBe(Infinity)
    expect(block.figures(0, 0, true)).toEqual({})
    expect(block.level(0)).toBe(1)
  })
})
