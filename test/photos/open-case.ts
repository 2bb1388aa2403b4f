import type { Database } from '../../src/database/database.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { plainCase } from '../support/case-rows.ts'

/** A bare case for photos and letters to belong to. */
export async function openCase(
  database: Database,
  organisation: OrganisationId,
  id: string,
): Promise<void> {
  await database.write(organisation, 'normal', async ({ query }) => {
    await query
      .insertInto('case')
      .values(
        plainCase({ organisation, id, category: 'light-out', join_class: 'light_out' }),
      )
      .execute()
  })
}
