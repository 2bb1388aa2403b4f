import { z } from 'zod'

const clock = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as 22:00')

/**
 * Times of the week in the organisation's zone. `from` = `to` is the whole day; `from` after `to`
 * runs past midnight and belongs to the day on which it begins.
 */
export const civilTimes = z.strictObject({
  /** Left out: every day. A holiday is a `holiday` and never a `workday`; `mon`…`sun` are what the calendar says. */
  days: z
    .array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'workday', 'holiday']))
    .min(1)
    .max(9)
    .optional(),
  from: clock.default('00:00'),
  to: clock.default('00:00'),
})
export type CivilTimes = z.infer<typeof civilTimes>

/** Civil time in one zone, with its holidays. */
export interface Calendar {
  /** Is `at` (µs) within one of these times? */
  within(times: readonly CivilTimes[], at: number): boolean
  /** The next µs after `at` at which `within` may answer otherwise; Infinity for never. */
  changes(times: readonly CivilTimes[], at: number): number
}

/** Edges looked at before a time is taken for one that never comes. */
const MOST_EDGES = 1_000

/** `at` itself if it is within the times, else when they begin next; undefined for never. */
export function nextWithin(
  calendar: Calendar,
  times: readonly CivilTimes[],
  at: number,
): number | undefined {
  let time = at
  for (let edge = 0; edge < MOST_EDGES && Number.isFinite(time); edge += 1) {
    if (calendar.within(times, time)) return time
    time = calendar.changes(times, time)
  }
  return undefined
}
