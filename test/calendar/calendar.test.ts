import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MINUTE } from '../../src/domain/time.ts'
import { civilTimes, type CivilTimes } from '../../src/calendar/civil-time.ts'
import { createCalendar } from '../../src/calendar/calendar.ts'

const zone = 'Europe/Stockholm'

/** A time in Stockholm, in µs. */
function at(text: string): number {
  return Temporal.ZonedDateTime.from(`${text}[${zone}]`).epochMilliseconds * 1_000
}

function times(...all: Parameters<typeof civilTimes.parse>[0][]): readonly CivilTimes[] {
  return all.map((one) => civilTimes.parse(one))
}

function wall(us: number): string {
  return Temporal.Instant.fromEpochMilliseconds(us / 1_000)
    .toZonedDateTimeISO(zone)
    .toString({ timeZoneName: 'never', smallestUnit: 'second' })
}

describe('civil times', () => {
  const sweden = createCalendar(zone, 'SE')

  it('begin at `from` and end before `to`', () => {
    const office = times({ from: '08:00', to: '17:00' })
    const first = at('2026-11-20T08:00:00')
    const end = at('2026-11-20T17:00:00')
    expect([first - 1, first, end - 1, end].map((us) => sweden.within(office, us))).toEqual(
      [false, true, true, false],
    )
    expect(sweden.changes(office, first - 1)).toBe(first)
    expect(sweden.changes(office, first)).toBe(end)
  })

  it('that run past midnight belong to the day on which they begin', () => {
    const friday = times({ days: ['fri'], from: '22:00', to: '06:00' })
    expect(sweden.within(friday, at('2026-11-20T22:00'))).toBe(true)
    expect(sweden.within(friday, at('2026-11-21T05:59:59'))).toBe(true)
    expect(sweden.within(friday, at('2026-11-21T06:00'))).toBe(false)
    expect(sweden.within(friday, at('2026-11-20T05:00'))).toBe(false)
    expect(wall(sweden.changes(friday, at('2026-11-20T23:00')))).toBe(
      '2026-11-21T06:00:00+01:00',
    )
  })

  it('without times of day are the whole civil day', () => {
    const saturday = times({ days: ['sat'] })
    expect(sweden.within(saturday, at('2026-11-21T00:00'))).toBe(true)
    expect(sweden.within(saturday, at('2026-11-22T00:00') - 1)).toBe(true)
    expect(sweden.within(saturday, at('2026-11-22T00:00'))).toBe(false)
  })

  it('from a time to the same time are a day that begins there', () => {
    const sixToSix = times({ days: ['sat'], from: '06:00', to: '06:00' })
    expect(sweden.within(sixToSix, at('2026-11-21T05:59'))).toBe(false)
    expect(sweden.within(sixToSix, at('2026-11-22T05:59'))).toBe(true)
    expect(sweden.within(sixToSix, at('2026-11-22T06:00'))).toBe(false)
  })

  it('know workdays and the public holidays of the country', () => {
    const workday = times({ days: ['workday'] })
    const holiday = times({ days: ['holiday'] })
    const which = (date: string) => [
      sweden.within(workday, at(`${date}T12:00`)),
      sweden.within(holiday, at(`${date}T12:00`)),
    ]
    expect(which('2026-11-20')).toEqual([true, false])
    expect(which('2026-11-21')).toEqual([false, false])
    // Epiphany 2026 is a Tuesday, the National Day a Saturday.
    expect(which('2026-01-06')).toEqual([false, true])
    expect(which('2026-06-06')).toEqual([false, true])
    // Midsummer Eve is no public holiday, though nobody works.
    expect(which('2026-06-19')).toEqual([true, false])
  })

  it('have no holidays where none were named, and those of the country that was', () => {
    const holiday = times({ days: ['holiday'] })
    const constitutionDay = at('2026-05-17T12:00')
    expect(createCalendar(zone).within(holiday, at('2026-01-06T12:00'))).toBe(false)
    expect(createCalendar(zone, 'NO').within(holiday, constitutionDay)).toBe(true)
    expect(sweden.within(holiday, constitutionDay)).toBe(false)
    // Corpus Christi is a holiday in Bavaria and not in Berlin.
    expect(createCalendar(zone, 'DE-BY').within(holiday, at('2026-06-04T12:00'))).toBe(true)
    expect(createCalendar(zone, 'DE-BE').within(holiday, at('2026-06-04T12:00'))).toBe(
      false,
    )
  })

  it('are one stretch where they touch or overlap', () => {
    const twice = times({ from: '08:00', to: '12:00' }, { from: '11:00', to: '17:00' })
    expect(wall(sweden.changes(twice, at('2026-11-20T09:00')))).toBe(
      '2026-11-20T17:00:00+01:00',
    )
    const week = times({ days: ['mon'] }, { days: ['tue'] })
    expect(wall(sweden.changes(week, at('2026-11-23T09:00')))).toBe(
      '2026-11-25T00:00:00+01:00',
    )
  })

  it('that do not exist are as much later as the clock was put forward', () => {
    const gap = times({ from: '02:30', to: '05:00' })
    expect(wall(sweden.changes(gap, at('2026-03-29T00:00')))).toBe(
      '2026-03-29T03:30:00+02:00',
    )
    expect(
      sweden.within(times({ from: '02:30', to: '03:15' }), at('2026-03-29T03:10')),
    ).toBe(false)
  })

  it('that come twice are the first', () => {
    const twice = times({ from: '02:30', to: '02:45' })
    expect(sweden.within(twice, at('2026-10-25T02:35+02:00'))).toBe(true)
    expect(sweden.within(twice, at('2026-10-25T02:35+01:00'))).toBe(false)
    expect(wall(sweden.changes(times({ to: '02:30' }), at('2026-10-25T00:00')))).toBe(
      '2026-10-25T02:30:00+02:00',
    )
  })

  it('need a zone and a country that exist', () => {
    expect(() => createCalendar('Europe/Strandköping')).toThrow('is not a time zone')
    expect(() => createCalendar(zone, 'XX')).toThrow('holidays of "XX" are not known')
    expect(() => createCalendar(zone, 'DE-XX')).toThrow('holidays of "DE-XX" are not known')
  })
})

const days = [
  'mon',
  'tue',
  'wed',
  'thu',
  'fri',
  'sat',
  'sun',
  'workday',
  'holiday',
] as const
const clockTime = fc
  .integer({ min: 0, max: 24 * 60 - 1 })
  .map(
    (minute) =>
      `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`,
  )
const anyTimes = fc
  .array(
    fc
      .record(
        {
          days: fc.uniqueArray(fc.constantFrom(...days), { minLength: 1 }),
          from: clockTime,
          to: clockTime,
        },
        { requiredKeys: [] },
      )
      .map((some) => civilTimes.parse(some)),
    { minLength: 1, maxLength: 3 },
  )
  .map((all): readonly CivilTimes[] => all)

const holidaysOf2026 = new Set(
  '01-01 01-06 04-03 04-05 04-06 05-01 05-14 05-24 06-06 06-20 10-31 12-25 12-26'
    .split(' ')
    .map((day) => `2026-${day}`),
)

function isOn({ days: on }: CivilTimes, date: Temporal.PlainDate): boolean {
  const holiday = holidaysOf2026.has(date.toString())
  return (
    on === undefined ||
    on.some((day) => {
      if (day === 'holiday') return holiday
      if (day === 'workday') return date.dayOfWeek < 6 && !holiday
      return days.indexOf(day) + 1 === date.dayOfWeek
    })
  )
}

/** By zoned times alone, day by day, in the words of the schema. */
function oracle(all: readonly CivilTimes[], us: number): boolean {
  const now = Temporal.Instant.fromEpochMilliseconds(us / 1_000).toZonedDateTimeISO(zone)
  return all.some((one) =>
    [-2, -1, 0].some((offset) => {
      const date = now.toPlainDate().add({ days: offset })
      if (!isOn(one, date)) return false
      const end = one.from < one.to ? date : date.add({ days: 1 })
      const from = date.toZonedDateTime({ timeZone: zone, plainTime: one.from })
      const to = end.toZonedDateTime({ timeZone: zone, plainTime: one.to })
      return from.epochMilliseconds * 1_000 <= us && us < to.epochMilliseconds * 1_000
    }),
  )
}

/** By what the clock on the wall shows; what it shows twice counts twice. */
function wallOracle(all: readonly CivilTimes[], us: number): boolean {
  const now = Temporal.Instant.fromEpochMilliseconds(us / 1_000).toZonedDateTimeISO(zone)
  const shows = now.toPlainTime().toString({ smallestUnit: 'minute' })
  const today = now.toPlainDate()
  return all.some((one) => {
    if (one.from < one.to) return isOn(one, today) && one.from <= shows && shows < one.to
    const began = one.from <= shows && isOn(one, today)
    return began || (shows < one.to && isOn(one, today.subtract({ days: 1 })))
  })
}

/** Neither edge is in the hour that is missing or comes twice. */
function isPlain({ from, to }: CivilTimes): boolean {
  return [from, to].every((time) => time <= '02:00' || time >= '03:00')
}

function* minutesOf(date: string): Generator<number> {
  const end = at(`${Temporal.PlainDate.from(date).add({ days: 1 }).toString()}T00:00`)
  for (let us = at(`${date}T00:00`); us < end; us += MINUTE) yield us
}

describe('membership', () => {
  it.each([
    ['2026-03-29', 23],
    ['2026-10-25', 25],
  ])('is that of zoned times for every minute of %s', (date, hours) => {
    const minutes = [...minutesOf(date)]
    expect(minutes).toHaveLength(hours * 60)
    fc.assert(
      fc.property(anyTimes, (all) => {
        const calendar = createCalendar(zone, 'SE')
        const wrong = minutes.filter((us) => calendar.within(all, us) !== oracle(all, us))
        expect(wrong.map(wall)).toEqual([])
      }),
      { numRuns: 12 },
    )
  })

  it.each(['2026-03-29', '2026-10-25'])(
    'is what the clock on the wall says for every minute of %s, unless an edge is in the hour that is missing or comes twice',
    (date) => {
      const minutes = [...minutesOf(date)]
      fc.assert(
        fc.property(anyTimes, (all) => {
          fc.pre(all.every(isPlain))
          const calendar = createCalendar(zone, 'SE')
          const wrong = minutes.filter(
            (us) => calendar.within(all, us) !== wallOracle(all, us),
          )
          expect(wrong.map(wall)).toEqual([])
        }),
        { numRuns: 12 },
      )
    },
  )

  it('does not change before `changes`, whatever was asked before', () => {
    const from = at('2026-01-01T00:00')
    const anywhere = fc
      .integer({ min: 0, max: 365 * 24 * 60 })
      .map((m) => from + m * MINUTE)
    fc.assert(
      fc.property(
        anyTimes,
        fc.array(anywhere, { minLength: 1, maxLength: 8 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (all, asked, share) => {
          const calendar = createCalendar(zone, 'SE')
          for (const us of asked) {
            const inside = calendar.within(all, us)
            const until = calendar.changes(all, us)
            const between = Math.floor(us + share * (until - 1 - us))
            expect(until).toBeGreaterThan(us)
            expect(createCalendar(zone, 'SE').within(all, us)).toBe(inside)
            expect(createCalendar(zone, 'SE').changes(all, us)).toBe(until)
            expect(calendar.within(all, between)).toBe(inside)
            expect(calendar.within(all, until - 1)).toBe(inside)
            expect(calendar.changes(all, between)).toBe(until)
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})
