import { Problem } from '../domain/problem.ts'
import type { Calendar, CivilTimes } from './civil-time.ts'
import { publicHolidays, type IsHoliday } from './holidays.ts'
import { DAY_US, Stretches, type DayOfStretches } from './stretches.ts'

/** A year of days and what lies around it. */
const BOUNDS = { kept: 512, horizon: 64 }

/**
 * Civil time in an IANA zone, with the public holidays of `holidays` (`SE`, `DE-BY`; left out:
 * none). Where the clock is changed a written time means what `compatible` means to RFC 5545 and
 * Temporal: one that does not exist is as much later as the clock was put forward (02:30 → 03:30),
 * one that comes twice is the first. So each stretch begins and ends once a day; one that would end
 * before it begins is empty. Throws Problem invalid for an unknown zone or place of holidays.
 */
export function createCalendar(zone: string, holidays?: string): Calendar {
  checkZone(zone)
  const isHoliday = holidays === undefined ? () => false : publicHolidays(holidays)
  // By identity: a rule's times are parsed once and live as long as the rule.
  const compiled = new WeakMap<readonly CivilTimes[], Stretches<boolean>>()
  const of = (times: readonly CivilTimes[]): Stretches<boolean> => {
    const known = compiled.get(times)
    if (known !== undefined) return known
    const made = new Stretches(
      (start) => dayOf(start, { times, zone, isHoliday }),
      BOUNDS,
      false,
    )
    compiled.set(times, made)
    return made
  }
  return {
    within: (times, at) => of(times).at(at),
    changes: (times, at) => of(times).changes(at),
  }
}

function checkZone(zone: string): void {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone)
  } catch (error) {
    throw new Problem(
      {
        kind: 'invalid',
        what: `"${zone}" is not a time zone`,
        where: 'timezone',
        next: 'Give the IANA name, such as Europe/Stockholm',
      },
      { cause: error },
    )
  }
}

interface Setting {
  readonly times: readonly CivilTimes[]
  readonly zone: string
  readonly isHoliday: IsHoliday
}

/** The stretches of one UTC day: what begins on the civil days in it and on the one before. */
function dayOf(start: number, setting: Setting): DayOfStretches<boolean> {
  const end = start + DAY_US
  const last = civilDate(end - 1, setting.zone)
  let date = civilDate(start, setting.zone).subtract({ days: 1 })
  const spans: (readonly [from: number, to: number])[] = []
  for (; Temporal.PlainDate.compare(date, last) <= 0; date = date.add({ days: 1 })) {
    for (const times of setting.times) {
      if (!isOn(times, date, setting.isHoliday)) continue
      const [from, to] = spanOf(times, date, setting.zone)
      if (from < to && from < end && to > start) spans.push([from, to])
    }
  }
  return joined(
    spans.toSorted(([a], [b]) => a - b),
    start,
    end,
  )
}

function joined(
  spans: readonly (readonly [from: number, to: number])[],
  start: number,
  end: number,
): DayOfStretches<boolean> {
  const from = [start]
  const states = [false]
  let inside = start
  for (const [begins, ends] of spans) {
    if (begins <= start) {
      states[0] = true
    } else if (begins > inside || states.at(-1) === false) {
      closeAt(inside, { from, states }, end)
      from.push(begins)
      states.push(true)
    }
    inside = Math.max(inside, ends)
  }
  closeAt(inside, { from, states }, end)
  return { from, states }
}

/** Ends the open stretch, if one is open and it ends on this day. */
function closeAt(
  at: number,
  { from, states }: { from: number[]; states: boolean[] },
  end: number,
): void {
  if (states.at(-1) !== true || at >= end) return
  from.push(at)
  states.push(false)
}

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

function isOn(
  { days }: CivilTimes,
  date: Temporal.PlainDate,
  isHoliday: IsHoliday,
): boolean {
  if (days === undefined) return true
  return days.some((day) => {
    if (day !== 'workday' && day !== 'holiday') return weekdays[date.dayOfWeek - 1] === day
    const holiday = isHoliday(date.year, date.toString())
    return day === 'holiday' ? holiday : date.dayOfWeek <= 5 && !holiday
  })
}

/** In µs. `from` = `to` is a whole day that begins at `from`, which for 00:00 is the civil day. */
function spanOf(
  { from, to }: CivilTimes,
  date: Temporal.PlainDate,
  zone: string,
): readonly [from: number, to: number] {
  return [
    instant(date, from, zone),
    instant(from < to ? date : date.add({ days: 1 }), to, zone),
  ]
}

function instant(date: Temporal.PlainDate, time: string, zone: string): number {
  const civil = date.toPlainDateTime(Temporal.PlainTime.from(time))
  const { epochMilliseconds } = civil.toZonedDateTime(zone, {
    disambiguation: 'compatible',
  })
  return epochMilliseconds * 1_000
}

function civilDate(at: number, zone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(at / 1_000))
    .toZonedDateTimeISO(zone)
    .toPlainDate()
}
