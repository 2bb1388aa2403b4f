import type { Cases } from '../../cases/cases.ts'
import type { Database } from '../../database/database.ts'
import type { Photos } from '../../photos/photos.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api } from '../parts.ts'
import { photoListView, viewOf } from '../photo-views.ts'

/** Photos of a case and of the cases that were merged into it, in the order in which they came. */
export function getCasePhotos(
  api: Api,
  parts: {
    readonly photos: Photos
    readonly cases: Pick<Cases, 'get'>
    readonly database: Database
  },
): void {
  api.route({
    method: 'GET',
    url: '/cases/:id/photos',
    config: { permission: 'case.read' },
    schema: {
      tags: ['photos'],
      summary: 'Photos of a case',
      params: byId,
      response: answers(photoListView),
    },
    handler: async (request) => {
      const { organisation } = userOf(request)
      const { id } = request.params
      await parts.cases.get(organisation, id, false)
      const query = parts.database.read(organisation)
      const merged = await query
        .selectFrom('case')
        .select('id')
        .where('root', '=', id)
        .where('id', '!=', id)
        .orderBy('opened_at')
        .limit(500)
        .execute()
      const cases = [id, ...merged.map((row) => row.id)]
      const found = await parts.photos.of(query, cases)
      return { photos: found.map((photo) => viewOf(photo)) }
    },
  })
}
