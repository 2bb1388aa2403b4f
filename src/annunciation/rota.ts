import type { TimeUs } from '../domain/time.ts'
import type { Rota } from './desk.ts'
import type { Calendar } from '../calendar/civil-time.ts'

/** Where a rota's civil times are. */
export interface RotaSetting {
  /** IANA name. */
  readonly zone: string
  readonly calendar: Calendar
}

/**
 * Who is on duty at `at`; undefined outside the rota's hours and before its start. Turns change by
 * the wall clock: a week from Monday 08:00 ends on Monday 08:00 also when the clock was changed
 * meanwhile. A change at a time that does not exist happens when the clock has jumped over it, one
 * at a time that comes twice happens the first time (Temporal's `compatible`).
 */
export function onDuty(rota: Rota, at: TimeUs, setting: RotaSetting): string | undefined {
  const { zone, calendar } = setting
  if (rota.hours !== undefined && !calendar.within(rota.hours, at)) return undefined
  const override = rota.overrides.findLast(
    ({ from, to }) => instant(plain(from), zone) <= at && at < instant(plain(to), zone),
  )
  if (override !== undefined) return override.person
  const turn = turnAt(rota, at, zone)
  return turn < 0 ? undefined : rota.people[turn % rota.people.length]
}

/** Number of the turn that `at` belongs to, from 0; negative before the start. */
function turnAt({ start, turn }: Rota, at: TimeUs, zone: string): number {
  const begin = plain(start)
  const hours = turnHours(turn)
  const begins = (count: number): number =>
    instant(begin.add({ hours: hours * count }), zone)
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(at / 1_000))
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
  const passed = local.since(begin, { largestUnit: 'hours' }).total({ unit: 'hours' })
  // Two off at most: the wall clock may have been put back or forward within this turn.
  let count = Math.floor(passed / hours) + 2
  while (begins(count) > at) count -= 1
  return count
}

function plain(text: string): Temporal.PlainDateTime {
  return Temporal.PlainDateTime.from(text)
}

function instant(time: Temporal.PlainDateTime, zone: string): number {
  return (
    time.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds * 1_000
  )
}

const hoursOf: Readonly<Record<string, number>> = { h: 1, d: 24, w: 168 }

function turnHours(turn: string): number {
  return Number(turn.slice(0, -1)) * (hoursOf[turn.slice(-1)] ?? 24)
}
