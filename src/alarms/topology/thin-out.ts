import { durationUs, later, MINUTE, timeUs, type DurationUs } from '../../domain/time.ts'
import type { Gather } from '../alarms.ts'
import { alarmId } from '../ids.ts'
import type { Standing } from '../records.ts'
import type { AlarmChange, SourceWork } from '../sources.ts'
import { GATHERED, gatheredKey, remains, siblingsUnder } from './gathering.ts'
import { groupsRemain } from './groups.ts'
import type { Town } from './town.ts'

/** A gathered alarm is looked at so often even when nothing is heard of its siblings: rules and streets change. */
export const CHECK: DurationUs = durationUs(10 * MINUTE)

/** A gathered alarm is over when too few of its siblings are left. */
export async function thinOut(
  work: SourceWork,
  town: Town,
  changes: readonly AlarmChange[],
): Promise<void> {
  const cleared = changes.filter(
    ({ before, after, facts }) =>
      before.active && !after.active && facts.gather !== undefined,
  )
  for (const [rule, own] of Map.groupBy(cleared, (change) => change.rule)) {
    const gather = own[0]?.facts.gather
    if (gather === undefined) continue
    const parents = new Set(
      own.flatMap(({ asset }) => town.topology.above(asset, gather.edge)),
    )
    const places = [...parents].map((asset) => ({
      asset,
      alarm: alarmId(gatheredKey(work, rule, asset)),
    }))
    const standing = await work.records.activeAmong(places.map(({ alarm }) => alarm))
    if (standing.size === 0) continue
    const active = await activeAssets(work, rule)
    const at = timeUs(Math.max(...own.map((change) => change.at)))
    for (const { asset, alarm } of places) {
      if (!standing.has(alarm)) continue
      if (isLeft(town, { rule, gather, asset, active })) continue
      const key = gatheredKey(work, rule, asset)
      work.say({ key, event: 'cleared', at, level: 1, evidence: [] })
    }
  }
}

/** Ends a gathered alarm that has lost its reason without a word from its siblings. */
export async function checkGathered(
  work: SourceWork,
  town: Town,
  cause: Pick<Standing, 'id' | 'rule' | 'asset' | 'discriminator'>,
): Promise<void> {
  if (cause.discriminator !== GATHERED) return
  const { rule, asset } = cause
  const gather = town.rules.get(rule)?.gather
  const key = gatheredKey(work, rule, asset)
  const ended = { key, at: work.now, level: 1, evidence: [] } as const
  if (gather === undefined) {
    work.say({ ...ended, event: 'withdrawn' })
    return
  }
  const active = await activeAssets(work, rule)
  if (!isLeft(town, { rule, gather, asset, active })) {
    work.say({ ...ended, event: 'cleared' })
    return
  }
  work.wake(`check ${cause.id}`, later(work.now, CHECK))
}

/** Where a rule's alarms stand: its own, and those made of them. */
interface ActiveAssets {
  readonly single: ReadonlySet<string>
  readonly groups: ReadonlySet<string>
}

async function activeAssets(work: SourceWork, rule: string): Promise<ActiveAssets> {
  const active = await work.records.activeOf([rule])
  const assets = (grouped: boolean): ReadonlySet<string> =>
    new Set(
      active
        .filter(({ discriminator }) => (discriminator === GATHERED) === grouped)
        .map(({ asset }) => asset),
    )
  return { single: assets(false), groups: assets(true) }
}

function isLeft(
  town: Town,
  gathered: {
    readonly rule: string
    readonly gather: Gather
    readonly asset: string
    readonly active: ActiveAssets
  },
): boolean {
  const { rule, gather, asset, active } = gathered
  const below = siblingsUnder(town, rule, gather, asset)
  const left = [...below].filter((one) => active.single.has(one)).length
  if (remains(gather, below.size, left)) return true
  return groupsRemain(town, { rule, gather, asset, groups: active.groups })
}
