import type { RuleFacts } from './alarms.ts'
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
      const own = [...standing, ...raises.map((other) => ({ ...other, ...other.facts }))]
      const reasons = own.flatMap((other) =>
        implies(other, raise) && !isBlamedOn(found.get(other.alarm), raise.alarm)
          ? [reasonBy(other.alarm, other.faultClass)]
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
      return facts.impliedBy.length > 0 ? [{ ...other, facts }] : []
    })
    if (silenceable.length === 0) return
    const on = Map.groupBy(silenceable, ({ asset }) => asset)
    const blamed = await blamedOf(work, rose)
    for (const change of rose) {
      for (const other of on.get(change.asset) ?? []) {
        const isMutual = blamed.has(`${change.alarm} ${other.alarm}`)
        if (isMutual || !implies(asStanding(change), other)) continue
        if (work.room() === 0) return
        work.suppress(other.alarm, reasonBy(change.alarm, change.facts.faultClass))
      }
    }
  },
}

interface Standing {
  readonly alarm: string
  readonly asset: string
  readonly rule: string
  readonly priority: number
  readonly faultClass: string
}

function asStanding(change: AlarmChange): Standing {
  return { ...change, faultClass: change.facts.faultClass }
}

function implies(
  cause: Pick<Standing, 'alarm' | 'asset' | 'faultClass'>,
  child: { readonly alarm: string; readonly asset: string; readonly facts: RuleFacts },
): boolean {
  return (
    cause.alarm !== child.alarm &&
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
async function activeOn(
  { query }: SourceWork,
  of: readonly (Raise | AlarmChange)[],
): Promise<readonly Standing[]> {
  const rows = await query
    .selectFrom('alarm')
    .select(['id', 'asset', 'rule', 'priority', 'fault_class'])
    .where('asset', 'in', [...new Set(of.map(({ asset }) => asset))])
    .where('condition', '=', 'active')
    .execute()
  return rows.map(({ id, asset, rule, priority, fault_class: faultClass }) => ({
    alarm: id,
    asset,
    rule,
    priority,
    faultClass,
  }))
}

/** Which of these alarms is silenced by which: `alarm cause`. */
async function blamedOf(
  { query }: SourceWork,
  of: readonly AlarmChange[],
): Promise<ReadonlySet<string>> {
  const rows = await query
    .selectFrom('alarm_suppression')
    .select(['alarm', 'ref'])
    .where('kind', '=', 'design')
    .where(
      'alarm',
      'in',
      of.map(({ alarm }) => alarm),
    )
    .execute()
  return new Set(rows.map(({ alarm, ref }) => `${alarm} ${ref}`))
}
