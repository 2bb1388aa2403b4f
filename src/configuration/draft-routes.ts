import type { Route } from '../cases/category.ts'
import type { Database } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { NamedRoute } from '../routing/routing.ts'
import { routesInOrder } from './case-work.ts'
import type { KindName } from './kinds.ts'

/** What routes name. */
const named = [
  'area',
  'category',
  'serviceLevel',
  'unit',
  'user',
] as const satisfies KindName[]

/**
 * Routes that nobody applied yet, as they would stand in the newest version: by slug, every name
 * replaced by the id it stands for there. What is not there keeps its name and fits nothing.
 */
export async function draftRoutes(
  database: Database,
  organisation: OrganisationId,
  routes: ReadonlyMap<string, Route>,
): Promise<readonly NamedRoute[]> {
  const rows = await database
    .read(organisation)
    .selectFrom('configuration_object')
    .select(['kind', 'id', 'slug'])
    .where('kind', 'in', named)
    .where('retired', '=', 0)
    .where('until_version', 'is', null)
    .execute()
  const ids = new Map(rows.map(({ kind, slug, id }) => [`${kind} ${slug}`, id]))
  return routesInOrder(routes, {
    idOf: (kind, slug) => ids.get(`${kind} ${slug}`) ?? slug,
  })
}
