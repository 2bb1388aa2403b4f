import type { RuleTarget } from '../detector.ts'
import { durationUs, HOUR, SECOND } from '../../domain/time.ts'

/** Everything of a rule that can set a timer. */
const delays = new Set([
  'onDelay',
  'offDelay',
  'timeout',
  'quietClear',
  'maxGap',
  'grace',
  'travel',
  'within',
])
const longest = durationUs(HOUR)
const shortest = durationUs(SECOND) / 8

/**
 * How long a slice of readings may be, in µs, so that a timer that is set inside it is due behind it:
 * an eighth of the shortest delay. Only what a late reading sets can be late by so much.
 */
export function sliceLength(targets: readonly RuleTarget[]): number {
  const rules = new Set(targets.map(({ rule }) => rule))
  let least = Infinity
  for (const rule of rules) least = Math.min(least, shortestIn(rule))
  return Math.min(longest, Math.max(shortest, least / 8))
}

function shortestIn(part: unknown): number {
  if (typeof part !== 'object' || part === null) return Infinity
  let least = Infinity
  for (const [name, value] of Object.entries(part)) {
    if (typeof value === 'number') {
      if (delays.has(name) && value > 0) least = Math.min(least, value)
    } else least = Math.min(least, shortestIn(value))
  }
  return least
}
