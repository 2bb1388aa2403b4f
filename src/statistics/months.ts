import { timeUs } from '../domain/time.ts'
import type { Window } from './facts.ts'

export interface Month extends Window {
  /** `2026-11`, in the organisation's zone. */
  readonly key: string
}

/** The months of a window in an IANA zone; the first and the last cut to it. */
export function monthsOf({ from, to }: Window, zone: string): readonly Month[] {
  const months: Month[] = []
  const first = Temporal.Instant.fromEpochMilliseconds(Math.floor(from / 1_000))
  let month = first.toZonedDateTimeISO(zone).toPlainDate().toPlainYearMonth()
  let start = from
  while (start < to) {
    const next = month.add({ months: 1 })
    const { epochMilliseconds } = next.toPlainDate({ day: 1 }).toZonedDateTime(zone)
    const end = timeUs(epochMilliseconds * 1_000)
    months.push({ key: month.toString(), from: start, to: end < to ? end : to })
    month = next
    start = end
  }
  return months
}
