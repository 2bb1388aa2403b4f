import { durationUs, elapsed, HOUR, MINUTE, type TimeUs } from '../domain/time.ts'
import type { AlarmView } from './views.ts'

/** Active for less than this and over: too short for anybody to do something about it. */
export const FLEETING = MINUTE
/** Active for longer than this: it stands in the list and nobody acts on it. */
export const STALE = durationUs(24 * HOUR)

/** What there is to say of the newest occurrence besides its state; nulls where there never was one. */
export function marksOf(
  row: {
    readonly condition: 'normal' | 'active'
    readonly raised_at: TimeUs | null
    readonly cleared_at: TimeUs | null
    readonly chattering: number | null
    readonly corrected: number | null
    readonly late: number | null
  },
  now: TimeUs,
): AlarmView['marks'] {
  const { raised_at: raised, cleared_at: cleared } = row
  const isActive = row.condition === 'active'
  return {
    chattering: row.chattering === 1,
    fleeting: raised !== null && cleared !== null && elapsed(raised, cleared) < FLEETING,
    stale: isActive && raised !== null && elapsed(raised, now) > STALE,
    corrected: row.corrected === 1,
    late: row.late === 1,
  }
}
