import { Problem } from '../domain/problem.ts'
import { durationUs, HOUR, later, type DurationUs, type TimeUs } from '../domain/time.ts'
import type { Suppression } from './suppression.ts'

const DAY = 24 * HOUR

/**
 * How long an alarm of each priority may be shelved at once, priority 1 first. What must be acted on
 * now is put aside for an hour at most; information for a month. Renewing it is a new decision with
 * a new reason.
 */
export const LONGEST_SHELF: readonly DurationUs[] = [
  HOUR,
  durationUs(8 * HOUR),
  durationUs(7 * DAY),
  durationUs(30 * DAY),
]

/** What a person asks for: so long, or until the alarm clears. */
export type ShelfTime = { readonly for: DurationUs } | { readonly untilClear: true }

/** Who shelves, why and for how long. */
export interface ShelfRequest {
  readonly actor: string
  readonly reason: string
  readonly time: ShelfTime
}

export function longestShelf(priority: number): DurationUs {
  return LONGEST_SHELF[priority - 1] ?? HOUR
}

/** The shelf as a reason. Throws Problem invalid when it is longer than the priority allows. */
export function shelf(
  { actor, reason, time }: ShelfRequest,
  priority: number,
  now: TimeUs,
): Suppression {
  const longest = longestShelf(priority)
  const made = { ref: actor, by: actor, reason }
  if ('untilClear' in time) {
    return { kind: 'shelvedOnce', until: later(now, longest), ...made }
  }
  if (time.for <= 0 || time.for > longest) throw wrongTime(priority, longest)
  return { kind: 'shelved', until: later(now, time.for), ...made }
}

function wrongTime(priority: number, longest: DurationUs): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'The alarm cannot be shelved for so long.',
    where: 'for',
    why: `An alarm of priority ${priority} is shelved for more than 0 and at most ${longest / HOUR} hours.`,
    next: 'Choose a shorter time, or plan maintenance if work goes on for longer.',
    facts: { priority, longestHours: longest / HOUR },
  })
}
