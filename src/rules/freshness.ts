import { REORDER_WINDOW, type Reading } from '../domain/reading.ts'
import type { RuleTarget } from './detector.ts'

/** A rule that does not say bears this many missed reports before its evidence counts as stale. */
const INTERVALS_BORNE = 3

/** Does the reading tell of a time too long ago to disturb anyone with? */
export function isHistorical(reading: Reading): boolean {
  return reading.effective < reading.ingest - REORDER_WINDOW
}

/** The longest hole in the evidence, in µs, that a delay of this rule may run through. */
export function maxGapOf({ rule, interval }: RuleTarget): number {
  return rule.maxGap ?? INTERVALS_BORNE * interval
}

export interface Thread {
  /** Is the newest evidence UNKNOWN? */
  readonly blank: boolean
  /** When the newest known value was measured, in µs. */
  readonly known: number
  readonly maxGap: number
}

/** May a delay run out at `now` on this evidence? While it is UNKNOWN no delay is due at all. */
export function isFresh({ known, maxGap }: Thread, now: number): boolean {
  return now - known <= maxGap
}

/**
 * The time up to `at` that counts towards no delay, in µs: the whole stretch since the last known
 * value when something UNKNOWN came between or the hole is longer than `maxGap`; else 0.
 */
export function uncounted({ blank, known, maxGap }: Thread, at: number): number {
  const stretch = at - known
  return (blank || stretch > maxGap) && stretch > 0 ? stretch : 0
}
