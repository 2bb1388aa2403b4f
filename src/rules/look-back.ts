import { durationUs, type DurationUs } from '../domain/time.ts'
import { type Condition, nodesOf } from './condition.ts'
import { leafOf } from './conditions/registry.ts'
import type { RuleTarget } from './detector.ts'
import { maxGapOf } from './freshness.ts'

/** From the first reading that matters to an alarm of this rule, to the last. */
export function lookBackOf(target: Pick<RuleTarget, 'rule' | 'interval'>): DurationUs {
  const { condition, clearWhen, onDelay, offDelay, quietClear = 0 } = target.rule
  const reach = Math.max(
    reachOf(condition),
    clearWhen === undefined ? 0 : reachOf(clearWhen),
  )
  return durationUs(onDelay + offDelay + quietClear + maxGapOf(target) + reach)
}

/** Windows above one another add up, at most all of them do. */
function reachOf(condition: Condition): number {
  return nodesOf(condition).reduce((sum, node) => sum + ownReach(node), 0)
}

function ownReach(node: Condition): number {
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- every other kind is a leaf
  switch (node.kind) {
    case 'noData':
      return node.timeout + node.grace
    case 'lately':
      return node.within
    case 'all':
    case 'any':
    case 'oneOf':
    case 'firstKnown':
    case 'not':
    case 'nOfM':
    case 'group':
      return 0
    default:
      return leafOf(node).lookBack
  }
}
