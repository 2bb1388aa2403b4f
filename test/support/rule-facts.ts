import type { RuleFacts } from '../../src/alarms/alarms.ts'
import { durationUs, MINUTE } from '../../src/domain/time.ts'

/** What the life-cycle knows of a rule that says nothing of its own about it. */
export function plainFacts(
  facts: Pick<RuleFacts, 'name' | 'priority' | 'faultClass' | 'confirm'> &
    Partial<RuleFacts>,
): RuleFacts {
  return {
    acknowledge: true,
    requireConfirm: false,
    latching: false,
    reopenWithin: durationUs(30 * MINUTE),
    causedBy: [],
    impliedBy: [],
    levels: [],
    ...facts,
  }
}
