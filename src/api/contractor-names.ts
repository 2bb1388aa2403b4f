import type { Database } from '../database/database.ts'
import { organisationId } from '../domain/ids.ts'

/** What contractors call themselves, by the ids of their organisations; left out: those that are not here. */
export async function contractorNames(
  database: Database,
  ids: Iterable<string>,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  for (const id of new Set(ids)) {
    // The name that it gave itself: nothing else of another organisation is looked at.
    const known = organisationId.safeParse(id)
    if (!known.success) continue
    const row = await database
      .read(known.data)
      .selectFrom('organisation')
      .select('name')
      .executeTakeFirst()
    if (row !== undefined) names.set(id, row.name)
  }
  return names
}
