import { createRequire } from 'node:module'
import type HolidayCalendar from 'date-holidays'
import { Problem } from '../domain/problem.ts'

/** Years whose holidays are remembered; then all are forgotten at once. */
const YEARS_KEPT = 32

/** Is this civil day (`2026-06-06`) a public holiday? */
export type IsHoliday = (year: number, date: string) => boolean

/**
 * Public holidays of a country or a part of it, by ISO 3166: `SE`, `NO`, `DE-BY`. Days off by law
 * alone: neither eves that most people have off nor days that begin as working days (Christmas Eve
 * from noon). Throws Problem invalid for a place nobody knows the holidays of.
 */
export function publicHolidays(place: string): IsHoliday {
  const [country = '', part] = place.split('-', 2)
  const calendar = newCalendar()
  const known =
    calendar.getCountries()[country] !== undefined &&
    (part === undefined || calendar.getStates(country)?.[part] !== undefined)
  if (!known) throw unknownPlace(place)
  const types: ['public'] = ['public']
  if (part === undefined) calendar.init(country, { types })
  else calendar.init(country, part, { types })

  const years = new Map<number, ReadonlySet<string>>()
  return (year, date) => {
    let days = years.get(year)
    if (days === undefined) {
      if (years.size >= YEARS_KEPT) years.clear()
      days = new Set(calendar.getHolidays(year).flatMap(daysOf))
      years.set(year, days)
    }
    return days.has(date)
  }
}

/**
 * The days of all countries and what reckons their moons take 40 MB, so they are loaded when the first
 * calendar asks for holidays; a process without any, and every command, does without them.
 */
function newCalendar(): HolidayCalendar {
  const Holidays: typeof HolidayCalendar = createRequire(import.meta.url)('date-holidays')
  return new Holidays()
}

interface Holiday {
  readonly date: string
  readonly start: Date
  readonly end: Date
}

/** The civil days of a holiday that may last several; none of one that begins during the day. */
function daysOf({ date, start, end }: Holiday): readonly string[] {
  if (!date.startsWith('00:00:00', 11)) return []
  const first = Temporal.PlainDate.from(date.slice(0, 10))
  // Rounded: a day is 23 or 25 hours long where the clock is changed.
  const days = Math.max(1, Math.round((end.valueOf() - start.valueOf()) / 86_400_000))
  return Array.from({ length: days }, (_, day) => first.add({ days: day }).toString())
}

function unknownPlace(place: string): Problem {
  return new Problem({
    kind: 'invalid',
    what: `The holidays of "${place}" are not known`,
    where: 'holidays',
    next: 'Give the country as ISO 3166-1 (SE, NO, DK), or its part as ISO 3166-2 (DE-BY)',
  })
}
