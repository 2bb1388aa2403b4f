import { getQuarantined as find } from '../../ingest/quarantine.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'
import { quarantinedView, quarantinedViewOf } from '../quarantine-view.ts'

/** One reading that the store refuses. */
export function getQuarantined(api: Api, { database }: Pick<ApiParts, 'database'>): void {
  api.route({
    method: 'GET',
    url: '/quarantine/:id',
    config: { permission: 'ingest.problems.read' },
    schema: {
      tags: ['ingest'],
      summary: 'One reading that could not be stored',
      params: byId,
      response: answers(quarantinedView),
    },
    handler: async (request) => {
      const { organisation } = userOf(request)
      return quarantinedViewOf(await find(database, request.params.id, { organisation }))
    },
  })
}
