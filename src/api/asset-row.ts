import type { ScopedQueries } from '../database/database.ts'
import type { Tables } from '../database/tables.ts'
import { Problem } from '../domain/problem.ts'
import type { AssetView } from './views.ts'

type Row = Pick<
  Tables['asset'],
  'id' | 'slug' | 'name' | 'type' | 'lat' | 'lon' | 'owner' | 'maintainer' | 'public'
>

/** An asset in use; throws Problem not_found. */
export async function assetRow(query: ScopedQueries, id: string): Promise<Row> {
  const row = await query
    .selectFrom('asset')
    .select(['id', 'slug', 'name', 'type', 'lat', 'lon', 'owner', 'maintainer', 'public'])
    .where('id', '=', id)
    .where('retired', '=', 0)
    .executeTakeFirst()
  if (row !== undefined) return row
  throw new Problem({ kind: 'not_found', what: 'There is no such asset', where: 'id' })
}

export function assetRowView(row: Row): AssetView {
  const { id, slug, name, type, lat, lon, owner, maintainer } = row
  return {
    id,
    slug,
    name,
    type,
    place: lat === null || lon === null ? null : { lat, lon },
    owner,
    maintainer,
    public: row.public === 1,
  }
}
