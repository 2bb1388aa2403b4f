import type { ScopedQueries } from './database.ts'

/**
 * The object of this kind as the newest version of the configuration has it, by its id or its slug;
 * undefined when there is none, or it was retired.
 */
export async function currentObject(
  query: ScopedQueries,
  kind: 'device' | 'deviceType' | 'connection',
  name: { readonly id: string } | { readonly slug: string },
): Promise<
  { readonly id: string; readonly slug: string; readonly document: string } | undefined
> {
  const [column, value] =
    'id' in name ? (['id', name.id] as const) : (['slug', name.slug] as const)
  return query
    .selectFrom('configuration_object')
    .select(['id', 'slug', 'document'])
    .where('kind', '=', kind)
    .where(column, '=', value)
    .where('until_version', 'is', null)
    .where('retired', '=', 0)
    .executeTakeFirst()
}
