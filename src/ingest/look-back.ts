import { REORDER_WINDOW } from '../domain/reading.ts'
import { durationUs, HOUR, type DurationUs } from '../domain/time.ts'
import type { ActiveRules } from '../rules/detector.ts'
import { lookBackOf } from '../rules/look-back.ts'

/** Kept besides, so that a detector that is rebuilt has more than the bare minimum. */
const margin = HOUR

/**
 * How much of the past the log must hold so that every rule's state can be built anew from it: the
 * longest look-back of any of them, the reorder window and an hour more.
 */
export function neededPast(all: Iterable<ActiveRules>): DurationUs {
  let longest = 0
  for (const { targets } of all) {
    for (const target of targets) longest = Math.max(longest, lookBackOf(target))
  }
  return durationUs(longest + REORDER_WINDOW + margin)
}
