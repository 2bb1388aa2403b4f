import { alarmId } from '../ids.ts'
import type { Raise, SourceWork } from '../sources.ts'
import type { Suppression } from '../suppression.ts'
import { GATHERED } from './gathering.ts'
import type { Town } from './town.ts'

/**
 * What explains each of these raises: alarms of the classes its rule names, standing on what its
 * asset hangs on, or raised in the same step. A gathered alarm is explained by its own asset too.
 */
export async function causesOf(
  work: SourceWork,
  town: Town,
  raises: readonly Raise[],
): Promise<ReadonlyMap<string, readonly Suppression[]>> {
  const asking = raises.filter(({ facts }) => facts.causedBy.length > 0)
  if (asking.length === 0) return new Map()
  const above = new Set(asking.flatMap((raise) => waysUp(town, raise).flat()))
  const stands = await work.records.standingAt([...above], { latched: true })
  const rising = raises.map((raise) => ({
    id: alarmId(raise),
    asset: raise.asset,
    faultClass: raise.facts.faultClass,
  }))
  const at = Map.groupBy([...stands, ...rising], ({ asset }) => asset)
  const reasons = new Map<string, readonly Suppression[]>()
  for (const raise of asking) {
    const ways = waysUp(town, raise)
    const causes = raise.facts.causedBy.flatMap(({ faultClass }, index) =>
      (ways[index] ?? [])
        .flatMap((asset) => at.get(asset) ?? [])
        .filter((cause) => cause.faultClass === faultClass && cause.id !== raise.alarm),
    )
    const own = new Map(causes.map(({ id, asset }) => [id, explained(id, asset)]))
    if (own.size > 0) reasons.set(raise.alarm, [...own.values()])
  }
  return reasons
}

/** The reason that an alarm explains another. */
export function explained(cause: string, asset: string): Suppression {
  return { kind: 'topology', ref: cause, by: 'topology', reason: `explained at ${asset}` }
}

/** For each of the rule's causes: the assets on which it would explain this alarm. */
function waysUp({ topology }: Town, raise: Raise): readonly (readonly string[])[] {
  const { asset, discriminator, facts } = raise
  return facts.causedBy.map(({ edge }) => {
    const above = topology.above(asset, edge)
    return discriminator === GATHERED ? [asset].concat(above) : above
  })
}
