import type { Database } from '../../database/database.ts'
import { partitionOf, type Position } from '../../domain/position.ts'
import type { TimeUs } from '../../domain/time.ts'
import type { LoggedActivation, PastRange } from './past.ts'

/** A version of the configuration and since when it held. */
export interface InForce {
  readonly version: number
  readonly position: Position
  readonly ingest: TimeUs
}

/** Versions looked at; more in one range are left out, and the report says so. */
export const mostVersions = 200

/**
 * The versions that held at the beginning of the range and came into force in it, in order. When it
 * began to hold is known from the log; without a record there it is when the version was written.
 */
export async function timelineOf(
  database: Database,
  { organisation, from, to }: PastRange,
  activations: readonly LoggedActivation[],
): Promise<readonly InForce[]> {
  const rows = await database
    .read(organisation)
    .selectFrom('configuration_version')
    .select(['version', 'created_at', 'activated_sequence', 'activated_index'])
    .where('activated_sequence', 'is not', null)
    .orderBy('version')
    .execute()
  const logged = new Map(activations.map((one) => [one.version, one]))
  const all = rows.map(({ version, created_at, activated_sequence, activated_index }) => {
    const known = logged.get(version)
    const epoch = known?.position.epoch ?? activations[0]?.position.epoch ?? ''
    const position = {
      epoch,
      partition: partitionOf(organisation),
      sequence: activated_sequence ?? 0,
      index: activated_index ?? 0,
    }
    return { version, ingest: known?.ingest ?? created_at, position }
  })
  const first = all.findLast(({ ingest }) => ingest <= from) ?? all[0]
  if (first === undefined) return []
  const later = all.filter(({ ingest, version }) => {
    return version > first.version && ingest > from && ingest < to
  })
  return [first, ...later].slice(0, mostVersions)
}
