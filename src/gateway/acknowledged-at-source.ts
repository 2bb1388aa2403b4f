import type { ActiveConfiguration } from '../configuration/active.ts'
import type { Database } from '../database/database.ts'
import type { OrganisationId, PointId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import type { DecodedEnvelope } from '../domain/reading.ts'
import type { TimeUs } from '../domain/time.ts'
import { deviceActor } from './acknowledge-at-source.ts'

/** A source says that somebody has acknowledged its alarm there. */
export interface TakenAtSource {
  readonly ruleId: string
  readonly asset: string
  readonly device: string
  /** Since when it says so. */
  readonly at: TimeUs
}

type Whose = Omit<TakenAtSource, 'at'>

/** Made once for a configuration, however many messages come under it. */
const indexes = new WeakMap<object, ReadonlyMap<PointId, Whose>>()

/** What these messages say of acknowledgements at sources. Cheap where no device has such alarms. */
export function takenAtSource(
  configuration: Pick<ActiveConfiguration, 'sourceAlarms'>,
  decoded: readonly DecodedEnvelope[],
): TakenAtSource[] {
  const byPoint = indexOf(configuration)
  if (byPoint.size === 0) return []
  return decoded.flatMap(({ readings }) =>
    readings.flatMap(({ point, value, quality, effective }): TakenAtSource[] => {
      if (value !== true || quality === 'bad') return []
      const whose = byPoint.get(point)
      return whose === undefined ? [] : [{ ...whose, at: effective }]
    }),
  )
}

function indexOf({
  sourceAlarms,
}: Pick<ActiveConfiguration, 'sourceAlarms'>): ReadonlyMap<PointId, Whose> {
  const known = indexes.get(sourceAlarms)
  if (known !== undefined) return known
  const made = new Map<PointId, Whose>()
  for (const [key, sources] of sourceAlarms) {
    const [ruleId = '', asset = ''] = key.split(' ')
    for (const { device, acked } of sources)
      if (acked !== undefined) made.set(acked, { ruleId, asset, device })
  }
  indexes.set(sourceAlarms, made)
  return made
}

/** As `Alarms.acknowledge`. */
export type Acknowledge = (
  organisation: OrganisationId,
  alarm: string,
  by: { readonly actor: string; readonly raise: number; readonly comment?: string },
) => Promise<unknown>

/**
 * Acknowledges here what was acknowledged at its source, with the device as the actor. Resolves with
 * whether it did: there may be no such alarm, or it is acknowledged, or it was raised after the source
 * was looked at. Said again it changes nothing, so a replay is harmless.
 */
export async function acknowledgedAtSource(
  {
    database,
    acknowledge,
  }: { readonly database: Database; readonly acknowledge: Acknowledge },
  organisation: OrganisationId,
  { ruleId, asset, device, at }: TakenAtSource,
): Promise<boolean> {
  const alarm = await database
    .read(organisation)
    .selectFrom('alarm')
    .select(['id', 'raise', 'acknowledged', 'occurrence', 'raised_at'])
    .where('rule', '=', ruleId)
    .where('asset', '=', asset)
    .where('discriminator', '=', '')
    .executeTakeFirst()
  if (alarm === undefined || alarm.occurrence === null || alarm.acknowledged === 1) {
    return false
  }
  if (alarm.raised_at !== null && alarm.raised_at > at) return false
  const by = {
    actor: `${deviceActor}${device}`,
    raise: alarm.raise,
    comment: 'acknowledged at the source',
  }
  try {
    await acknowledge(organisation, alarm.id, by)
    return true
  } catch (error) {
    // A person was faster, or the alarm has gone.
    if (error instanceof Problem && ['conflict', 'not_found'].includes(error.details.kind))
      return false
    throw error
  }
}
