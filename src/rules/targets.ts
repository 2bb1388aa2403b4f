import { Block } from './block.ts'
import type { Calendar } from '../calendar/civil-time.ts'
import type { ActiveRules, RuleTarget } from './detector.ts'
import { SilenceBlock } from './silence-watch.ts'

/** More rules than this in one organisation are a programmer's error. */
const MOST_RULES = 65_535

export type AnyBlock = Block | SilenceBlock

/**
 * One block for each rule, its targets sorted: everything happens in this one order, by rule and
 * then by asset. `now`: when the version took effect, µs.
 */
export function blocksOf(
  { targets }: ActiveRules,
  { calendar, now }: { readonly calendar: Calendar; readonly now: number },
): readonly AnyBlock[] {
  const sorted = targets.toSorted(compareTargets)
  sorted.forEach((target, index) => {
    const next = sorted[index + 1]
    if (next !== undefined && compareTargets(target, next) === 0) {
      throw new Error(`rule ${target.ruleId} has asset ${target.asset} twice`)
    }
  })
  const blocks: AnyBlock[] = []
  for (let first = 0; first < sorted.length;) {
    const head = sorted[first]
    if (head === undefined) break
    let end = first + 1
    while (sorted[end]?.ruleId === head.ruleId) end += 1
    const own = sorted.slice(first + 1, end)
    const isSilence = head.rule.condition.kind === 'noData'
    blocks.push(
      isSilence
        ? new SilenceBlock([head, ...own], first, now)
        : new Block([head, ...own], { first, since: now, calendar }),
    )
    first = end
  }
  if (blocks.length > MOST_RULES) throw new Error(`${blocks.length} rules`)
  return blocks
}

/** By code unit, so that the order is the same on every machine. */
export function compareTargets(a: RuleTarget, b: RuleTarget): number {
  return compareText(a.ruleId, b.ruleId) || compareText(a.asset, b.asset)
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
