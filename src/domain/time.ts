/** Time as the house keeps it: integer microseconds since 1970 in UTC, in a branded number. */

/** Microseconds UTC. 2^53 µs reach the year 2255, so a plain number is exact. */
export type TimeUs = number & { readonly timeUs: unique symbol }

/** A length of time in microseconds. */
export type DurationUs = number & { readonly durationUs: unique symbol }

export const MS = 1_000 as DurationUs
export const SECOND = 1_000_000 as DurationUs
export const MINUTE = 60_000_000 as DurationUs
export const HOUR = 3_600_000_000 as DurationUs

/** Marks a number as a time. Refuses what is not a whole, exact number of microseconds. */
export function timeUs(value: number): TimeUs {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a time in µs: ${value}`)
  return value as TimeUs
}

/** Marks a number of microseconds as a duration, rounded to a whole one; never negative. */
export function durationUs(value: number): DurationUs {
  const whole = Math.round(value)
  if (!Number.isSafeInteger(whole) || whole < 0) {
    throw new RangeError(`not a duration in µs: ${value}`)
  }
  return whole as DurationUs
}

export function later(time: TimeUs, by: DurationUs): TimeUs {
  return (time + by) as TimeUs
}

export function earlier(time: TimeUs, by: DurationUs): TimeUs {
  return (time - by) as TimeUs
}

/** How long after `from` the time `to` is; negative when it is before. */
export function elapsed(from: TimeUs, to: TimeUs): number {
  return to - from
}

/** `2026-11-20T13:31:00.000Z`: milliseconds are enough for people and for JSON. */
export function toIso(time: TimeUs): string {
  return new Date(time / 1_000).toISOString()
}

/** Parses an ISO 8601 date-time with a zone; undefined when it is not one. */
export function fromIso(text: string): TimeUs | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:?\d{2})$/.test(text)) return undefined
  // NaN for what is no date, and beyond what is exact for years such as 9999.
  const us = Date.parse(text) * 1_000
  return Number.isSafeInteger(us) ? timeUs(us) : undefined
}
