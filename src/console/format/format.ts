import type { Language } from '../../domain/language.ts'

/** How people of a language write things, in the time zone of their organisation. */
export interface Format {
  /** 14:02:11 */
  time(at: Date): string
  /** 14:02 */
  hourMinute(at: Date): string
  /** The date, short. */
  day(at: Date): string
  /** Date and time to the second. */
  dateTime(at: Date): string
  /** The time if it was today, else the date too. */
  moment(at: Date, now: Date): string
  /** How long, in its largest whole unit. Negative spans are 0. */
  span(milliseconds: number): string
  number(value: number): string
  /** Degrees of latitude or longitude, to about a metre. */
  degrees(value: number): string
  /** A part of a whole, 0 to 1, in per cent. */
  share(value: number): string
}

/** The locale each language is written in. */
const localeOf: Readonly<Record<Language, string>> = {
  sv: 'sv-SE',
  nb: 'nb-NO',
  en: 'en-GB',
}

/** `timeZone` is an IANA name; throws RangeError for one that does not exist. */
export function createFormat(language: Language, timeZone: string): Format {
  const locale = localeOf[language]
  const clock = { timeZone, hourCycle: 'h23', hour: '2-digit', minute: '2-digit' } as const
  const date = { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' } as const
  const time = new Intl.DateTimeFormat(locale, { ...clock, second: '2-digit' })
  const hourMinute = new Intl.DateTimeFormat(locale, clock)
  const day = new Intl.DateTimeFormat(locale, { timeZone, month: 'short', day: 'numeric' })
  const fullDay = new Intl.DateTimeFormat(locale, date)
  const dateTime = (at: Date) => `${fullDay.format(at)} ${time.format(at)}`
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 })
  const share = new Intl.NumberFormat(locale, {
    style: 'percent',
    maximumFractionDigits: 1,
  })
  const spans = new Map(
    spanUnits.map(({ unit }) => [
      unit,
      new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }),
    ]),
  )
  return {
    time: (at) => time.format(at),
    hourMinute: (at) => hourMinute.format(at),
    day: (at) => day.format(at),
    dateTime,
    moment: (at, now) =>
      fullDay.format(at) === fullDay.format(now) ? time.format(at) : dateTime(at),
    span: (milliseconds) => {
      const { unit, count } = largestUnit(milliseconds)
      return spans.get(unit)?.format(count) ?? `${count} ${unit}`
    },
    number: (value) => number.format(value),
    degrees: (value) => value.toFixed(5),
    share: (value) => share.format(value),
  }
}

const spanUnits = [
  { unit: 'day', milliseconds: 86_400_000 },
  { unit: 'hour', milliseconds: 3_600_000 },
  { unit: 'minute', milliseconds: 60_000 },
  { unit: 'second', milliseconds: 1_000 },
] as const
type SpanUnit = (typeof spanUnits)[number]['unit']

/** Up to two of a unit the smaller one says more: 90 minutes, not 1 hour. */
function largestUnit(milliseconds: number): {
  readonly unit: SpanUnit
  readonly count: number
} {
  const whole = Math.max(0, milliseconds)
  const found = spanUnits.find(
    ({ unit, milliseconds: length }) =>
      whole >= length * (unit === 'second' || unit === 'minute' ? 1 : 2),
  )
  if (found === undefined) return { unit: 'second', count: 0 }
  return { unit: found.unit, count: Math.floor(whole / found.milliseconds) }
}

/** Units of measure as people write them; others are shown as the device type names them. */
const unitNames: Readonly<Record<string, string>> = {
  'W.h': 'Wh',
  'kW.h': 'kWh',
  Cel: '°C',
  'm3/h': 'm³/h',
  m3: 'm³',
  'l/s': 'l/s',
  Ohm: 'Ω',
  deg: '°',
}

export function unitName(unit: string): string {
  return Object.hasOwn(unitNames, unit) ? (unitNames[unit] ?? unit) : unit
}

/** A text that the configuration gives in several languages; the first there is if ours is missing. */
export function textIn(text: Readonly<Record<string, string>>, language: Language): string {
  return text[language] ?? text['sv'] ?? Object.values(text)[0] ?? ''
}
