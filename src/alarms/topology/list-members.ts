import { alarmId } from '../ids.ts'
import type { Raise, SourceWork } from '../sources.ts'
import { GATHERED, gatheredKey, type Place } from './gathering.ts'
import type { Town } from './town.ts'

/**
 * Puts the assets of gathered raises on the list of the case they belong to: that of what they are
 * gathered on, and of what that in turn is gathered on.
 */
export async function listMembers(
  work: SourceWork,
  town: Town,
  {
    raises,
    places,
  }: { readonly raises: readonly Raise[]; readonly places: ReadonlyMap<string, Place> },
): Promise<void> {
  const own = raises.filter(
    ({ alarm, discriminator }) => places.has(alarm) && discriminator !== GATHERED,
  )
  const chains = new Map<string, readonly string[]>()
  const members = new Map<string, { asset: string; occurrence: string }[]>()
  for (const { alarm, rule, facts, asset, occurrence } of own) {
    const place = places.get(alarm)
    if (place === undefined) continue
    const edge = facts.gather?.edge
    const above = edge === undefined ? [] : town.topology.above(place.asset, edge)
    const chain =
      chains.get(place.alarm) ?? above.map((one) => alarmId(gatheredKey(work, rule, one)))
    chains.set(place.alarm, chain)
    for (const one of [place.alarm, ...chain]) {
      const listed = members.get(one)
      if (listed === undefined) members.set(one, [{ asset, occurrence }])
      else listed.push({ asset, occurrence })
    }
  }
  const higher = await work.records.activeAmong([...new Set([...chains.values()].flat())])
  for (const [alarm, assets] of members)
    if (chains.has(alarm) || higher.has(alarm)) work.gather(alarm, assets)
}
