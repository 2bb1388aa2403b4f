import type { Database } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { Position } from '../domain/position.ts'

/** Versions that have no activation record in the log yet, oldest first. */
export async function unactivatedVersions(
  database: Database,
  organisation: OrganisationId,
): Promise<readonly number[]> {
  const rows = await database
    .read(organisation)
    .selectFrom('configuration_version')
    .select('version')
    .where('activated_sequence', 'is', null)
    .orderBy('version')
    .execute()
  return rows.map(({ version }) => version)
}

/**
 * Notes where the activation record of a version stands in the log. A version that has its place
 * keeps it: the record of a repeated try changes nothing.
 */
export async function recordActivation(
  database: Database,
  organisation: OrganisationId,
  version: number,
  { sequence, index }: Position,
): Promise<void> {
  await database.write(organisation, 'normal', async ({ query }) => {
    await query
      .updateTable('configuration_version')
      .set({ activated_sequence: sequence, activated_index: index })
      .where('version', '=', version)
      .where('activated_sequence', 'is', null)
      .execute()
  })
}
