import { toIso } from '../../domain/time.ts'
import type { Condition } from '../condition.ts'
import type { Explained, ExplainedNode } from '../explained.ts'
import type { Rule } from '../rule.ts'
import { durationText } from './duration-text.ts'
import { headWords, partsOf } from './sentence.ts'

/** A line of the answer to "why?", for whoever paints it. */
export interface TreeLine {
  /** 0 for the top. */
  readonly depth: number
  readonly truth: ExplainedNode['truth'] | undefined
  readonly text: string
}

/** The state, the delay that runs, and every node of the condition below one another. */
export function whyTree(rule: Rule, explained: Explained): readonly TreeLine[] {
  return [
    { depth: 0, truth: undefined, text: stateWords(rule, explained) },
    ...linesOf(rule.condition, explained.condition, 1),
    ...(explained.clearWhen === undefined
      ? []
      : [
          { depth: 0, truth: undefined, text: 'to clear, also:' },
          ...linesOf(rule.clearWhen, explained.clearWhen, 1),
        ]),
  ]
}

function linesOf(
  condition: Condition | undefined,
  node: ExplainedNode,
  depth: number,
): readonly TreeLine[] {
  const measured = node.evidence
    .filter(({ point }) => point !== null)
    .map(
      ({ role, at, quality }) =>
        `${role} of ${toIso(at)}${quality === 'good' ? '' : `, ${quality}`}`,
    )
  const rest =
    node.of.length > 0 || measured.length === 0 ? '' : `  [${measured.join('; ')}]`
  return [
    { depth, truth: node.truth, text: `${headWords(condition, node)}${rest}` },
    ...partsOf(condition, node).flatMap(([part, one]) => linesOf(part, one, depth + 1)),
  ]
}

function stateWords({ onDelay, offDelay }: Rule, explained: Explained): string {
  const { phase, delay, raisedAt } = explained
  const since = raisedAt === undefined ? '' : ` since ${toIso(raisedAt)}`
  switch (phase) {
    case 'NORMAL':
      return 'NORMAL: no alarm'
    case 'PENDING':
      return `PENDING: no alarm yet, it must hold for ${durationText(onDelay)}${untilWords(delay)}`
    case 'ACTIVE':
      return `ACTIVE: alarm${since}`
    case 'CLEARING':
      return `CLEARING: alarm${since}, it must be gone for ${durationText(offDelay)}${untilWords(delay)}`
  }
}

function untilWords(delay: Explained['delay']): string {
  return delay === undefined
    ? ''
    : ` (since ${toIso(delay.since)}, until ${toIso(delay.until)} if nothing changes)`
}
