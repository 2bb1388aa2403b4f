import { HOUR, SECOND } from '../../domain/time.ts'
import { byAlarm, isWithin, type MoveFact, type Window } from './facts.ts'
import type { Stretch } from './stretches.ts'

/** So many clears of one key within `CHATTER_US` are chatter. */
const CHATTER_CLEARS = 3
const CHATTER_US = 60 * SECOND
/** Shorter than this and not acknowledged: gone before anybody could act. */
const FLEETING_US = 60 * SECOND
/** Longer than this: nobody acts on it any more. */
const STALE_US = 24 * HOUR

/** How often each chattering key completed three clears within a minute, the worst first. */
export function chatteringKeys(
  moves: readonly MoveFact[],
  window: Window,
): readonly { readonly move: MoveFact; readonly times: number }[] {
  const keys: { move: MoveFact; times: number }[] = []
  for (const ofIt of byAlarm(moves.filter(({ kind }) => kind === 'cleared')).values()) {
    const clears = ofIt.toSorted((one, other) => one.at - other.at)
    const times = clears.filter(({ at }, i) => {
      const first = clears[i - CHATTER_CLEARS + 1]
      return first !== undefined && at - first.at <= CHATTER_US && isWithin(window, at)
    }).length
    const [move] = clears
    if (times > 0 && move !== undefined) keys.push({ move, times })
  }
  return keys.toSorted(
    (one, other) =>
      other.times - one.times || one.move.alarm.localeCompare(other.move.alarm),
  )
}

/** That cleared in the window after less than a minute, unacknowledged. */
export function fleetingOf(
  stretches: readonly Stretch[],
  window: Window,
): readonly Stretch[] {
  return stretches.filter(
    ({ from, to, cleared, acknowledged }) =>
      to !== null &&
      cleared &&
      !acknowledged &&
      isWithin(window, to) &&
      to - from < FLEETING_US,
  )
}

/** Active for more than a day at the end of the window, the oldest first. */
export function staleAt(
  stretches: readonly Stretch[],
  { to: end }: Window,
): readonly Stretch[] {
  return stretches.filter(
    ({ from, to }) => end - from > STALE_US && (to === null || to >= end),
  )
}

/** That had been active for a whole day at some time of the window: it became stale then. */
export function becameStale(stretches: readonly Stretch[], window: Window): number {
  return stretches.filter(
    ({ from, to }) =>
      isWithin(window, from + STALE_US) && (to === null || to > from + STALE_US),
  ).length
}

/** µs from raise to clear of what cleared in the window. */
export function timesToNormal(
  stretches: readonly Stretch[],
  window: Window,
): readonly number[] {
  return stretches.flatMap(({ from, to, cleared }) =>
    to !== null && cleared && isWithin(window, to) ? [to - from] : [],
  )
}

/** µs of the window in which alarms were active, all added up, and the longest stretch so far. */
export function timeActive(
  stretches: readonly Stretch[],
  window: Window,
): { readonly sum: number; readonly longest: number } {
  let sum = 0
  let longest = 0
  for (const { from, to } of stretches) {
    const end = Math.min(to ?? window.to, window.to)
    if (from >= window.to || end < window.from) continue
    sum += Math.max(0, end - Math.max(from, window.from))
    longest = Math.max(longest, end - from)
  }
  return { sum, longest }
}
