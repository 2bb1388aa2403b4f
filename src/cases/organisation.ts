import type { Database } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'

/** What people are told of an organisation. */
export interface OrganisationFacts {
  readonly id: OrganisationId
  readonly name: string
  /** IANA name. */
  readonly timezone: string
}

/** Undefined for an organisation that is not here. */
export async function readOrganisation(
  database: Database,
  id: OrganisationId,
): Promise<OrganisationFacts | undefined> {
  const row = await database
    .read(id)
    .selectFrom('organisation')
    .select(['name', 'timezone'])
    .executeTakeFirst()
  return row === undefined ? undefined : { id, ...row }
}
