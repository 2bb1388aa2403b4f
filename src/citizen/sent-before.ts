import type { Database } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'

/** Whether a form with this key made a report already: then it is a double click, or the back button. */
export function createSentBefore({
  database,
}: {
  readonly database: Database
}): (organisation: OrganisationId, key: string) => Promise<boolean> {
  return async (organisation, key) => {
    const row = await database
      .read(organisation)
      .selectFrom('report')
      .select('id')
      .where('idempotency_key', '=', key)
      .executeTakeFirst()
    return row !== undefined
  }
}
