import type { RuleTarget } from './detector.ts'

/** A rule that does not say bears this many missed reports before its evidence counts as stale. */
const INTERVALS_BORNE = 3

/** The longest hole in the evidence, in µs, that a delay of this rule may run through. */
export function maxGapOf({
  rule,
  interval,
}: Pick<RuleTarget, 'rule' | 'interval'>): number {
  return rule.maxGap ?? INTERVALS_BORNE * interval
}
