import type { AlarmKey, Evidence } from '../../domain/transition.ts'
import { timeUs, type TimeUs } from '../../domain/time.ts'
import { alarmId } from '../ids.ts'
import type { Gather } from '../alarms.ts'
import type { Raise, SourceWork } from '../sources.ts'
import type { Standing } from '../records.ts'
import type { Town } from './town.ts'

/** Discriminator of an alarm that was made of its siblings' alarms, on what they hang on. */
export const GATHERED = 'gathered'

/** The key under which the alarms of a rule below an asset are gathered. */
export function gatheredKey(work: SourceWork, rule: string, asset: string): AlarmKey {
  return { organisation: work.organisation, rule, asset, discriminator: GATHERED }
}

/** How many of so many siblings it takes. */
export function needed({ atLeast, share }: Gather, siblings: number): number {
  return Math.max(atLeast, Math.ceil(share * siblings))
}

/** It goes on until fewer than half as many are left, so that it does not flutter at the edge. */
export function remains(gather: Gather, siblings: number, active: number): boolean {
  return active * 2 >= needed(gather, siblings)
}

/** The siblings under an asset that a rule watches. */
export function siblingsUnder(
  { topology, watchedBy }: Town,
  rule: string,
  { edge }: Gather,
  asset: string,
): ReadonlySet<string> {
  const watched = watchedBy(rule)
  return new Set([...topology.below(asset, edge)].filter((one) => watched.has(one)))
}

/** The alarms of a rule that are active, but for those made of others. */
export async function siblingsOf(
  { records }: SourceWork,
  rule: string,
  without?: { readonly reason: string },
): Promise<readonly Standing[]> {
  const active = await records.activeOf([rule], without)
  return active.filter(({ discriminator }) => discriminator !== GATHERED)
}

/** Where a raise is gathered: the alarm of what it hangs on. */
export interface Place {
  readonly alarm: string
  readonly asset: string
}

/**
 * Where each of these raises is gathered; left out: nowhere. Begins a gathering, on the nearest
 * asset above under which enough siblings stand since `within`.
 */
export async function gatherRaises(
  work: SourceWork,
  town: Town,
  raises: readonly Raise[],
): Promise<ReadonlyMap<string, Place>> {
  const places = new Map<string, Place>()
  const asking = raises.filter(
    ({ facts, discriminator }) => facts.gather !== undefined && discriminator !== GATHERED,
  )
  for (const [rule, own] of Map.groupBy(asking, (raise) => raise.rule)) {
    await gatherRule(work, town, { rule, raises: own, places })
  }
  return places
}

async function gatherRule(
  work: SourceWork,
  town: Town,
  asked: {
    readonly rule: string
    readonly raises: readonly Raise[]
    readonly places: Map<string, Place>
  },
): Promise<void> {
  const { rule, raises, places } = asked
  const gather = raises[0]?.facts.gather
  if (gather === undefined) return
  const waysUp = new Map(
    raises.map((raise) => [raise, town.topology.above(raise.asset, gather.edge)]),
  )
  const parents = new Set([...waysUp.values()].flat())
  const placeAt = new Map(
    [...parents].map((asset) => [
      asset,
      { asset, alarm: alarmId(gatheredKey(work, rule, asset)) },
    ]),
  )
  const alarms = [...placeAt.values()].map(({ alarm }) => alarm)
  const standing = new Set(await work.records.activeAmong(alarms))
  // Who stands already need not be counted where everything is gathered.
  const isGathered = (parent: string): boolean =>
    standing.has(placeAt.get(parent)?.alarm ?? '')
  const allGathered = [...waysUp.values()].every((way) => way.some(isGathered))
  const siblings = allGathered ? [] : await siblingsOf(work, rule)
  const tooFew = new Set<string>()
  for (const [raise, way] of waysUp) {
    const parent = way.find((one) => {
      if (isGathered(one)) return true
      if (tooFew.has(one)) return false
      const together = raises.filter((other) => waysUp.get(other)?.includes(one) === true)
      const begun = { rule, gather, parent: one, together, siblings, town }
      if (!enough({ ...begun, now: work.now })) {
        tooFew.add(one)
        return false
      }
      begin(work, begun)
      return standing.add(placeAt.get(one)?.alarm ?? '')
    })
    const place = parent === undefined ? undefined : placeAt.get(parent)
    if (place !== undefined) places.set(raise.alarm, place)
  }
}

interface Beginning {
  readonly rule: string
  readonly gather: Gather
  readonly parent: string
  /** Raises of this step below the parent. */
  readonly together: readonly Raise[]
  /** All that stands of the rule. */
  readonly siblings: readonly Standing[]
  readonly town: Town
}

function enough(begun: Beginning & { readonly now: TimeUs }): boolean {
  const { rule, gather, parent, together, siblings, town, now } = begun
  const below = siblingsUnder(town, rule, gather, parent)
  const since = now - gather.within
  const active = new Set(
    siblings
      .filter(({ asset, raisedAt }) => below.has(asset) && raisedAt >= since)
      .map(({ asset }) => asset),
  )
  for (const { asset } of together) if (below.has(asset)) active.add(asset)
  return active.size >= needed(gather, below.size)
}

function begin(work: SourceWork, begun: Beginning): void {
  const { rule, gather, parent, together, siblings, town } = begun
  const below = siblingsUnder(town, rule, gather, parent)
  const members = new Set(
    [...siblings, ...together].map(({ asset }) => asset).filter((one) => below.has(one)),
  )
  const at = timeUs(Math.max(...together.map((raise) => raise.at)))
  sayGathered(work, { rule, parent, members, limit: needed(gather, below.size), at })
}

/** Members that the evidence names; the others it counts. */
const MOST_NAMED_MEMBERS = 20

/** The condition of evidence that names a member. */
export const MEMBER = 'member'

/** Raises the alarm of what the members hang on; its evidence counts them and names the first. */
export function sayGathered(
  work: SourceWork,
  gathered: {
    readonly rule: string
    readonly parent: string
    /** Assets whose alarms are gathered. */
    readonly members: ReadonlySet<string>
    /** From how many on. */
    readonly limit: number
    readonly at: TimeUs
  },
): void {
  const { rule, parent, members, limit, at } = gathered
  const plain = { role: '', point: null, quality: 'good', at } as const
  const named = [...members].toSorted().slice(0, MOST_NAMED_MEMBERS)
  work.say({
    key: gatheredKey(work, rule, parent),
    event: 'raised',
    at,
    level: 1,
    repeatsAreUpdates: true,
    evidence: [
      { ...plain, value: members.size, limit, condition: GATHERED },
      ...named.map((value) => memberEvidence(value, at)),
    ],
  })
}

function memberEvidence(asset: string, at: TimeUs): Evidence {
  const condition = MEMBER
  return { role: '', point: null, value: asset, quality: 'good', at, condition }
}
