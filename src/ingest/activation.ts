import { recordActivation, unactivatedVersions } from '../configuration/apply.ts'
import type { Database } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { ReadingLog } from './reading-log.ts'

export interface ActivationParts {
  readonly database: Database
  readonly log: ReadingLog
  readonly clock: Clock
}

/**
 * Puts versions of the configuration into force: one record in the log for each, in order. A crash
 * between the record and its note in the database writes the record once more, which changes nothing.
 */
export async function activateWaiting(
  { database, log, clock }: ActivationParts,
  organisation: OrganisationId,
): Promise<void> {
  for (const version of await unactivatedVersions(database, organisation)) {
    const position = await log.append({
      kind: 'control',
      control: 'activation',
      organisation,
      ingest: clock.now(),
      version,
    })
    await recordActivation(database, organisation, version, position)
  }
}
