import type { Condition, GroupValue } from '../condition.ts'
import type { Explained, ExplainedNode } from '../explained.ts'
import type { Rule } from '../rule.ts'
import { durationText } from './duration-text.ts'
import { leafWords } from './leaf-words.ts'

/**
 * Why a rule says what it says, as one sentence: `missing 40 ≥ 20 for 20s`, with `for less than …`
 * while a delay runs.
 */
export function whySentence(rule: Rule, explained: Explained): string {
  const condition = nodeWords(rule.condition, explained.condition)
  const clear =
    explained.clearWhen === undefined || explained.phase === 'NORMAL'
      ? ''
      : `; to clear: ${nodeWords(rule.clearWhen, explained.clearWhen)}`
  return `${condition}${delayWords(rule, explained)}${clear}`
}

function delayWords({ onDelay, offDelay }: Rule, { phase, condition }: Explained): string {
  switch (phase) {
    case 'PENDING':
      return ` for less than ${durationText(onDelay)}`
    case 'CLEARING':
      return ` for less than ${durationText(offDelay)}`
    case 'ACTIVE':
      return onDelay > 0 && condition.truth === 'true'
        ? ` for ${durationText(onDelay)}`
        : ''
    case 'NORMAL':
      return ''
  }
}

/** One node and everything below it, on one line. */
function nodeWords(condition: Condition | undefined, node: ExplainedNode): string {
  const below = partsOf(condition, node)
  if (below.length === 0 || isGroupValue(condition)) return headWords(condition, node)
  const parts = below.map(([part, one]) => inBrackets(one, nodeWords(part, one)))
  const [only = ''] = parts
  const kind = condition?.kind
  if (kind === 'any') return parts.join(' or ')
  if (kind === 'oneOf') return `exactly one of: ${parts.join(', ')}`
  if (kind === 'firstKnown') return `first known of: ${parts.join(', ')}`
  if (kind === 'not') return `not (${only})`
  if (kind === 'nOfM' || kind === 'lately' || kind === 'group') {
    return `${headWords(condition, node)}: ${only}`
  }
  return parts.join(' and ')
}

const heads: Readonly<Record<string, string>> = {
  all: 'all of',
  any: 'any of',
  oneOf: 'exactly one of',
  firstKnown: 'the first that is known of',
  not: 'not',
}

/** What a node above others says for itself, for a tree in which the others follow. */
export function headWords(condition: Condition | undefined, node: ExplainedNode): string {
  if (partsOf(condition, node).length === 0) return leafWords(condition, node)
  if (isGroupValue(condition)) return valueWords(condition, node)
  if (condition?.kind === 'nOfM') {
    return `${truthWords(node)} in ${condition.n} of the last ${condition.m}`
  }
  if (condition?.kind === 'lately') {
    return `at some time within ${durationText(condition.within)}`
  }
  if (condition?.kind === 'group') return groupWords(node)
  return heads[condition?.kind ?? ''] ?? node.kind
}

/** The nodes below with the conditions that they explain, as far as the two go together. */
export function partsOf(
  condition: Condition | undefined,
  node: ExplainedNode,
): readonly (readonly [Condition | undefined, ExplainedNode])[] {
  if (condition === undefined || !('of' in condition)) {
    return node.of.map((one) => [undefined, one])
  }
  const { of } = condition
  if (!isList(of)) return node.of.map((one) => [of, one])
  return node.of.map((one, index) => [of[index], one])
}

function isList(of: Condition | readonly Condition[]): of is readonly Condition[] {
  return Array.isArray(of)
}

function isGroupValue(condition: Condition | undefined): condition is GroupValue {
  return condition?.kind === 'group' && !('of' in condition)
}

function valueWords(condition: GroupValue, node: ExplainedNode): string {
  const words = leafWords(condition, node)
  if (node.truth === 'unknown') return words
  const known = node.of.filter(({ truth }) => truth !== 'unknown').length
  return `${words} over ${known} of ${node.of.length} members`
}

function groupWords({ evidence, truth }: ExplainedNode): string {
  const [first] = evidence
  if (first?.computed === undefined) return `of its members (${truth})`
  const limit = first.limit === undefined ? '' : ` of at least ${first.limit}`
  return `${first.computed} members${limit}`
}

function truthWords({ truth }: ExplainedNode): string {
  return truth === 'true' ? 'true' : truth === 'false' ? 'not true' : 'unknown'
}

/** So that `a or b and c` cannot be read two ways. */
function inBrackets({ of }: ExplainedNode, words: string): string {
  return of.length > 1 ? `(${words})` : words
}
