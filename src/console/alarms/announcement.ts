import type { AlarmView } from '../../alarms/views.ts'
import { calls } from './order.ts'

/** What a screen reader is told about the list. */
export interface Counts {
  readonly unacknowledged: number
  /** Of these, those of priority 1. */
  readonly first: number
}

/** What was said last, and when, in milliseconds. */
export interface Said {
  readonly counts: Counts
  readonly atMs: number
}

/** Announcements that come faster make the page unusable to those who need them. */
const QUIET_MS = 10_000

/** What is kept from people is not counted: it calls nobody. */
export function countsOf(
  alarms: readonly Pick<AlarmView, 'state' | 'priority' | 'suppression'>[],
): Counts {
  const open = alarms.filter((alarm) => calls(alarm))
  return {
    unacknowledged: open.length,
    first: open.filter(({ priority }) => priority === 1).length,
  }
}

/** How long to wait before the counts are said, in milliseconds; undefined when nothing is new. */
export function waitBeforeSaying(
  said: Said,
  counts: Counts,
  nowMs: number,
): number | undefined {
  const { unacknowledged, first } = said.counts
  if (unacknowledged === counts.unacknowledged && first === counts.first) return undefined
  return Math.max(0, said.atMs + QUIET_MS - nowMs)
}
