import type { Language } from '../domain/language.ts'
import type { TimeUs } from '../domain/time.ts'

const locales = { sv: 'sv-SE', nb: 'nb-NO', en: 'en-GB' } as const satisfies Record<
  Language,
  string
>

/** Where and how a time is written for people. */
export interface LocalTimes {
  /** IANA name, as the organisation row has it. */
  readonly timezone: string
  readonly language: Language
}

/** `20 november 2026 14:05` in the organisation's zone. */
export function longTime(time: TimeUs, { timezone, language }: LocalTimes): string {
  return `${longDay(time, { timezone, language })} ${clockTime(time, timezone)}`
}

/** `20 november 2026` in the organisation's zone. */
export function longDay(time: TimeUs, { timezone, language }: LocalTimes): string {
  return format(time, timezone, locales[language], {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  })
}

/** `14:05` when `time` is on the same day as `now` there, else the day too: `18 november 14:05`. */
export function sinceTime(
  time: TimeUs,
  now: TimeUs,
  { timezone, language }: LocalTimes,
): string {
  const locale = locales[language]
  const day = { year: 'numeric', month: 'numeric', day: 'numeric' } as const
  if (format(time, timezone, locale, day) === format(now, timezone, locale, day)) {
    return clockTime(time, timezone)
  }
  const year = { year: 'numeric' } as const
  if (format(time, timezone, locale, year) !== format(now, timezone, locale, year)) {
    return longTime(time, { timezone, language })
  }
  const date = format(time, timezone, locale, { day: 'numeric', month: 'long' })
  return `${date} ${clockTime(time, timezone)}`
}

/** The calendar year at that time in that zone. */
export function localYear(time: TimeUs, timezone: string): string {
  return format(time, timezone, 'en-GB', { year: 'numeric' })
}

/** Swedish puts a colon, Norwegian a full stop; the house writes 14:05 everywhere. */
function clockTime(time: TimeUs, timezone: string): string {
  return format(time, timezone, 'en-GB', { hour: '2-digit', minute: '2-digit' })
}

function format(
  time: TimeUs,
  timeZone: string,
  locale: string,
  options: Intl.DateTimeFormatOptions,
): string {
  return new Intl.DateTimeFormat(locale, { ...options, timeZone }).format(time / 1_000)
}
