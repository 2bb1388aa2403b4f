import { SECOND, timeUs, toIso } from '../../domain/time.ts'
import type { OfAlarm } from './facts.ts'

/** What the figures are written in: seconds, shares, ISO 8601. */

/** The key of an alarm, as it is shown. */
export function keyOf({ alarm, rule, asset }: OfAlarm) {
  return { alarm, rule, asset }
}

/** Null of nothing: no share can be told. */
export function part(some: number, all: number): number | null {
  return all === 0 ? null : some / all
}

export function inSeconds(us: number | null): number | null {
  return us === null ? null : us / SECOND
}

export function iso(us: number): string {
  return toIso(timeUs(us))
}

/** Rows of the alarm that has the most of them. */
export function mostOfOne(rows: readonly OfAlarm[]): number {
  const counts = [...Map.groupBy(rows, ({ alarm }) => alarm).values()]
  return counts.reduce((most, { length }) => Math.max(most, length), 0)
}
