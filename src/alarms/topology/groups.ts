import { alarmId } from '../ids.ts'
import type { Gather } from '../alarms.ts'
import type { Raise, SourceWork } from '../sources.ts'
import {
  GATHERED,
  gatheredKey,
  sayGathered,
  siblingsUnder,
  type Place,
} from './gathering.ts'
import type { Town } from './town.ts'

/** Fewer groups than this are told for themselves. */
const LEAST_GROUPS = 2

/** Which groups of a rule may be gathered on an asset: on what hangs on it and has enough siblings. */
export function groupsUnder(
  town: Town,
  rule: string,
  gather: Gather,
  asset: string,
): readonly string[] {
  return town.topology
    .children(asset, gather.edge)
    .filter((one) => siblingsUnder(town, rule, gather, one).size >= gather.atLeast)
}

/** How many of so many groups it takes. */
export function neededGroups({ share }: Gather, groups: number): number {
  return Math.max(LEAST_GROUPS, Math.ceil(share * groups))
}

/**
 * Where each gathered alarm among these raises is gathered once more: on what its asset hangs on,
 * when enough groups there stand since `within`. Lamps make a feeder, feeders make a substation.
 */
export async function gatherGroups(
  work: SourceWork,
  town: Town,
  raises: readonly Raise[],
): Promise<ReadonlyMap<string, Place>> {
  const places = new Map<string, Place>()
  for (const raise of raises) {
    const { gather } = raise.facts
    if (raise.discriminator !== GATHERED || gather === undefined) continue
    const place = await placeOf(work, town, { raise, gather, places })
    if (place !== undefined) places.set(raise.alarm, place)
  }
  return places
}

async function placeOf(
  work: SourceWork,
  town: Town,
  asked: {
    readonly raise: Raise
    readonly gather: Gather
    /** Found so far in this step. */
    readonly places: ReadonlyMap<string, Place>
  },
): Promise<Place | undefined> {
  const { raise, gather, places } = asked
  const { rule, asset } = raise
  const way = town.topology.above(asset, gather.edge)
  const alarmAt = (one: string): string => alarmId(gatheredKey(work, rule, one))
  const standing = await work.records.activeAmong(way.map(alarmAt))
  const found = new Set([...places.values()].map((place) => place.alarm))
  for (const parent of way) {
    const alarm = alarmAt(parent)
    if (standing.has(alarm) || found.has(alarm)) return { alarm, asset: parent }
    const groups = new Set(groupsUnder(town, rule, gather, parent))
    if (!groups.has(asset)) continue
    const since = work.now - gather.within
    const active = (await work.records.activeOf([rule])).filter(
      (one) =>
        one.discriminator === GATHERED && groups.has(one.asset) && one.raisedAt >= since,
    )
    const together = new Set([asset, ...active.map((one) => one.asset)])
    if (together.size < neededGroups(gather, groups.size)) continue
    const limit = neededGroups(gather, groups.size)
    sayGathered(work, { rule, parent, members: together, limit, at: raise.at })
    return { alarm, asset: parent }
  }
  return undefined
}

/** Half of the groups it took still stand. */
export function groupsRemain(
  town: Town,
  gathered: {
    readonly rule: string
    readonly gather: Gather
    readonly asset: string
    /** Assets on which a group of the rule stands. */
    readonly groups: ReadonlySet<string>
  },
): boolean {
  const { rule, gather, asset, groups } = gathered
  const all = groupsUnder(town, rule, gather, asset)
  const left = all.filter((one) => groups.has(one)).length
  return left > 0 && left * 2 >= neededGroups(gather, all.length)
}
