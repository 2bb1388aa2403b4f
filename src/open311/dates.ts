import { Problem } from '../domain/problem.ts'
import { SECOND, timeUs, type TimeUs } from '../domain/time.ts'

/** How a time without a zone is understood: in this zone (IANA name), or not at all. */
export interface TimeReading {
  readonly zone: string
  readonly strict: boolean
}

/** `2026-11-20T13:31:00Z`: clients die on fractions, and compare the text. */
export function whole(time: TimeUs): string {
  return `${new Date(Math.floor(time / SECOND) * 1_000).toISOString().slice(0, 19)}Z`
}

/** The second that `time` is in. */
export function floorSecond(time: TimeUs): TimeUs {
  return timeUs(Math.floor(time / SECOND) * SECOND)
}

const DAY_MS = 86_400_000

const shape =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|z|[+-]\d\d:?\d\d| \d\d:\d\d)?$/

/**
 * A time as partners write them: with fractions, without seconds, without a zone, or with a plus
 * that became a blank on its way. Throws Problem invalid that names the field.
 */
export function readTime(field: string, text: string, reading: TimeReading): TimeUs {
  // A plus that nobody escaped arrives as a blank.
  const mended = text
    .trim()
    .replace(/ (\d\d:?\d\d)$/, (zone, digits: string) =>
      /T\d\d:\d\d/.test(text) ? `+${digits}` : zone,
    )
  const found = shape.exec(mended)
  const time = found === null ? undefined : timeOf(found, reading)
  if (time !== undefined) return time
  throw new Problem({
    kind: 'invalid',
    what: `${field} is no time`,
    where: field,
    why: reading.strict ? 'Times have a zone here' : 'It does not look like one',
    next: 'Write it as 2026-11-20T08:00:00Z or with +01:00',
  })
}

function timeOf(found: RegExpExecArray, { zone, strict }: TimeReading): TimeUs | undefined {
  const local = localMs(found)
  const offset = found[8]
  if (local === undefined || (offset === undefined && strict)) return undefined
  const micros = Number((found[7] ?? '').padEnd(6, '0').slice(0, 6))
  const ms = offset === undefined ? inZone(local, zone) : local - offsetMs(offset)
  const time = ms * 1_000 + micros
  return Number.isSafeInteger(time) ? timeUs(time) : undefined
}

/** What the clock shows, as if it stood in UTC; undefined for a day or an hour that is none. */
function localMs(found: RegExpExecArray): number | undefined {
  const parts = found.slice(1, 7).map((part) => Number(part ?? 0))
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
  const date = new Date(Date.UTC(year, month - 1, day))
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  const isTime = hour < 24 && minute < 60 && second < 61
  return isDay && isTime ? Date.UTC(year, month - 1, day, hour, minute, second) : undefined
}

function offsetMs(text: string): number {
  if (text === 'Z' || text === 'z') return 0
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(text) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}

/** Of the two times that an hour put back has, the first; a time that is left out is moved on. */
function inZone(local: number, zone: string): number {
  const before = local - zoneOffset(local - DAY_MS, zone)
  const after = local - zoneOffset(local + DAY_MS, zone)
  const fits = (utc: number): boolean => utc + zoneOffset(utc, zone) === local
  return fits(after) && !fits(before) ? after : before
}

/** What the clocks of a zone are ahead of UTC, in milliseconds. */
function zoneOffset(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at)
  const part = (type: string): number =>
    Number(parts.find((one) => one.type === type)?.value ?? 0)
  const shown = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  )
  return shown - Math.floor(at / 1_000) * 1_000
}
