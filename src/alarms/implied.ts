import type { RuleFacts } from './alarms.ts'
import type { Standing } from './records.ts'
import { factsOf } from './rule-facts.ts'
import type { AlarmChange, Raise, SourceWork, SuppressionSource } from './sources.ts'
import type { Suppression } from './suppression.ts'

/**
 * `impliedBy` of a rule: while an alarm of one of those classes is active on the same asset, this
 * one says nothing new. Whichever comes first. Two that imply one another do not silence each other:
 * the first stays.
 */
export const impliedSource: SuppressionSource = {
  name: 'implied',

  async reasonsFor(work, raises) {
    const found = new Map<string, readonly Suppression[]>()
    const asking = raises.filter(({ facts }) => facts.impliedBy.length > 0)
    if (asking.length === 0) return found
    const standing = await activeOn(work, asking)
    for (const raise of asking) {
      const own = [...standing, ...raises.map(asCause)]
      const reasons = own.flatMap((other) =>
        implies(other, raise) && !isBlamedOn(found.get(other.id), raise.alarm)
          ? [reasonBy(other.id, other.faultClass)]
          : [],
      )
      if (reasons.length > 0) found.set(raise.alarm, unique(reasons))
    }
    return found
  },

  async changed(work, changes) {
    for (const { before, after, alarm } of changes) {
      if (before.active && !after.active) work.releaseAll({ kind: 'design', ref: alarm })
    }
    const rose = changes.filter(({ before, after }) => after.active && !before.active)
    if (rose.length === 0) return
    // An asset has few alarms, a step may have hundreds: nobody is compared but with neighbours.
    const silenceable = (await activeOn(work, rose)).flatMap((other) => {
      const facts = factsOf((rule) => work.facts(rule), other)
      return facts.impliedBy.length > 0 ? [{ ...other, alarm: other.id, facts }] : []
    })
    if (silenceable.length === 0) return
    const on = Map.groupBy(silenceable, ({ asset }) => asset)
    const blamed = await work.records.impliedPairs(rose.map(({ alarm }) => alarm))
    for (const change of rose) {
      for (const other of on.get(change.asset) ?? []) {
        const isMutual = blamed.has(`${change.alarm} ${other.alarm}`)
        if (isMutual || !implies(asCause(change), other)) continue
        if (work.room() === 0) return
        work.suppress(other.alarm, reasonBy(change.alarm, change.facts.faultClass))
      }
    }
  },
}

/** What is a reason, or has one. */
type Cause = Pick<Standing, 'id' | 'asset' | 'faultClass'>

function asCause({ alarm: id, asset, facts }: Raise | AlarmChange): Cause {
  return { id, asset, faultClass: facts.faultClass }
}

function implies(
  cause: Cause,
  child: { readonly alarm: string; readonly asset: string; readonly facts: RuleFacts },
): boolean {
  return (
    cause.id !== child.alarm &&
    cause.asset === child.asset &&
    child.facts.impliedBy.includes(cause.faultClass)
  )
}

function reasonBy(alarm: string, faultClass: string): Suppression {
  return { kind: 'design', ref: alarm, by: 'rule', reason: faultClass }
}

function isBlamedOn(reasons: readonly Suppression[] | undefined, alarm: string): boolean {
  return reasons?.some(({ kind, ref }) => kind === 'design' && ref === alarm) === true
}

function unique(reasons: readonly Suppression[]): readonly Suppression[] {
  return [...new Map(reasons.map((reason) => [reason.ref, reason])).values()]
}

/** Active alarms of these assets; an asset has few. */
function activeOn(
  { records }: SourceWork,
  of: readonly (Raise | AlarmChange)[],
): Promise<readonly Standing[]> {
  return records.standingAt([...new Set(of.map(({ asset }) => asset))])
}
