import { z } from 'zod'
import { listQuarantine } from '../../ingest/quarantine.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { id, listLimit } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'
import { quarantinedViewOf, quarantineListView } from '../quarantine-view.ts'

const querystring = z.strictObject({
  limit: listLimit,
  /** `next` of the page before. */
  before: id.optional(),
})

/** Readings that the store refuses, the newest first. */
export function getQuarantine(api: Api, { database }: Pick<ApiParts, 'database'>): void {
  api.route({
    method: 'GET',
    url: '/quarantine',
    config: { permission: 'ingest.problems.read' },
    schema: {
      tags: ['ingest'],
      summary: 'Readings that could not be stored',
      querystring,
      response: answers(quarantineListView),
    },
    handler: async (request) => {
      const { limit, before } = request.query
      const { organisation } = userOf(request)
      const page = await listQuarantine(database, {
        organisation,
        limit,
        ...(before !== undefined && { before }),
      })
      return { rows: page.rows.map(quarantinedViewOf), next: page.next ?? null }
    },
  })
}
