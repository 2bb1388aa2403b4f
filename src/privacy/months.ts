import { timeUs, type TimeUs } from '../domain/time.ts'

const microsAMilli = 1_000

/**
 * The same time of day `months` later (earlier if negative), in UTC; the last day of a month that is
 * too short (31 January and one month is 28 February).
 */
export function addMonths(time: TimeUs, months: number): TimeUs {
  const date = new Date(Math.floor(time / microsAMilli))
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + months)
  const last = new Date(
    Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0),
  ).getUTCDate()
  date.setUTCDate(Math.min(day, last))
  return timeUs(date.getTime() * microsAMilli)
}
