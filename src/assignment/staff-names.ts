import type { ScopedQueries } from '../database/database.ts'

/** Names of these people of the organisation, also of those who left. */
export async function staffNames(
  query: ScopedQueries,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await query
    .selectFrom('user')
    .select(['id', 'name'])
    .where('id', 'in', ids)
    .execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}
