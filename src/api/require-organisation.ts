import type { Database } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'

/** Throws Problem not_found for an organisation that is not here. */
export async function requireOrganisation(
  database: Database,
  organisation: OrganisationId,
): Promise<void> {
  const row = await database
    .read(organisation)
    .selectFrom('organisation')
    .select('organisation')
    .executeTakeFirst()
  if (row !== undefined) return
  throw new Problem({
    kind: 'not_found',
    what: 'There is no such organisation here',
    where: 'organisation',
  })
}
