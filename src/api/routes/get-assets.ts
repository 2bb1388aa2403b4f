import { sql } from 'kysely'
import { z } from 'zod'
import { answers } from '../answers.ts'
import { assetRowView } from '../asset-row.ts'
import { userOf } from '../authorise.ts'
import { listLimit } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'
import { assetListView } from '../views.ts'

const querystring = z.strictObject({
  search: z.string().trim().min(1).max(100).optional(),
  type: z
    .string()
    .regex(/^[A-Z][A-Za-z0-9]{0,62}$/, 'a type such as Streetlight')
    .optional(),
  limit: listLimit,
})

/** Assets in use, by name. */
export function getAssets(api: Api, { database }: Pick<ApiParts, 'database'>): void {
  api.route({
    method: 'GET',
    url: '/assets',
    config: { permission: 'asset.read' },
    schema: {
      tags: ['assets'],
      summary: 'List assets',
      querystring,
      response: answers(assetListView),
    },
    handler: async (request) => {
      const { search, type, limit } = request.query
      let query = database
        .read(userOf(request).organisation)
        .selectFrom('asset')
        .selectAll()
        .where('retired', '=', 0)
      if (type !== undefined) query = query.where('type', '=', type)
      if (search !== undefined) {
        query = query.where(sql<boolean>`search like ${pattern(search)} escape '!'`)
      }
      const rows = await query.orderBy('slug').limit(limit).execute()
      return { assets: rows.map(assetRowView) }
    },
  })
}

/** Part of the search column, which is lower case; % and _ mean themselves. */
function pattern(search: string): string {
  return `%${search.toLocaleLowerCase('sv').replaceAll(/[!%_]/g, '!$&')}%`
}
