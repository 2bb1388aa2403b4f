import { Problem } from '../domain/problem.ts'
import {
  durationUs,
  HOUR,
  later,
  timeUs,
  type DurationUs,
  type TimeUs,
} from '../domain/time.ts'

/** So many days of 24 hours. */
export const DAY = (days: number): DurationUs => durationUs(days * 24 * HOUR)

/** How long an absence that is over stays in the list; then it is forgotten. */
export const LISTED: DurationUs = DAY(90)

/** The longest absence, and how far ahead it may begin. */
const DAYS_MAX = 731

export interface Span {
  readonly from: TimeUs
  /** The first moment after it. */
  readonly until: TimeUs
}

/**
 * When an absence is, of two days (the last one included) or two times with their zones; also of
 * one each. Days begin at midnight in `zone`, or, where the clock is changed then, as early as the
 * day does. Throws Problem invalid.
 */
export function spanOf(
  { from, to }: { readonly from: string; readonly to: string },
  { zone, now }: { readonly zone: string; readonly now: TimeUs },
): Span {
  const span = {
    from: momentOf(from, { zone, days: 0 }),
    until: momentOf(to, { zone, days: 1 }),
  }
  const ends = 'End it later, or give the last day alone.'
  if (span.until <= span.from) throw invalid('to', 'It ends before it begins.', ends)
  if (span.until <= now) throw invalid('to', 'It is over already.', ends)
  if (span.until > later(span.from, DAY(DAYS_MAX))) {
    throw invalid(
      'to',
      'It is longer than two years.',
      'Somebody gone for so long is no user.',
    )
  }
  if (span.from > later(now, DAY(DAYS_MAX))) {
    throw invalid('from', 'It begins in more than two years.', 'Say it when it is nearer.')
  }
  return span
}

function momentOf(
  text: string,
  { zone, days }: { readonly zone: string; readonly days: number },
): TimeUs {
  try {
    if (text.includes('T')) return timeUs(Date.parse(text) * 1_000)
    const day = Temporal.PlainDate.from(text).add({ days })
    return timeUs(day.toZonedDateTime(zone).epochMilliseconds * 1_000)
  } catch (error) {
    throw new Problem(
      {
        kind: 'invalid',
        what: `"${text}" is no day or time that can be kept.`,
        where: days === 0 ? 'from' : 'to',
        next: 'Give days such as 2026-12-24.',
      },
      { cause: error },
    )
  }
}

function invalid(where: string, what: string, next: string): Problem {
  return new Problem({ kind: 'invalid', what, where, next })
}
