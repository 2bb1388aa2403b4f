import { z } from 'zod'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { id, listLimit } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'
import { caseListView } from '../views.ts'

const querystring = z.strictObject({
  which: z.enum(['open', 'all']).default('open'),
  asset: id.optional(),
  limit: listLimit,
})

/** Cases without personal data, the open ones unless all are asked for. */
export function getCases(api: Api, { cases }: Pick<ApiParts, 'cases'>): void {
  api.route({
    method: 'GET',
    url: '/cases',
    config: { permission: 'case.read' },
    schema: {
      tags: ['cases'],
      summary: 'List cases',
      querystring,
      response: answers(caseListView),
    },
    handler: async (request) => {
      const { which, asset, limit } = request.query
      const filter = { which, limit, ...(asset !== undefined && { asset }) }
      return { cases: [...(await cases.list(userOf(request).organisation, filter))] }
    },
  })
}
