import { z } from 'zod'
import { caseActor } from '../../cases/roles.ts'
import { casePriority, caseView } from '../../cases/views.ts'
import { place } from '../../domain/asset.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId, id } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

const body = z.strictObject({
  /** The version that the person saw. */
  version: z.int().min(0),
  category: z.string().min(1).max(63).exactOptional(),
  /** Null: a mere place. */
  asset: id.nullable().exactOptional(),
  place: place.exactOptional(),
  priority: casePriority.exactOptional(),
})

/** Another category, asset, place or priority; the routes are asked again. */
export function postCaseReroute(api: Api, { cases }: Pick<ApiParts, 'cases'>): void {
  api.route({
    method: 'POST',
    url: '/cases/:id/reroute',
    config: { permission: 'case.assign' },
    schema: {
      tags: ['cases'],
      summary: 'Say that a case is about something else',
      params: byId,
      body,
      response: answers(caseView),
    },
    handler: (request) => {
      const user = userOf(request)
      const asked = { ...request.body, by: caseActor(user) }
      return cases.reroute(user.organisation, request.params.id, asked)
    },
  })
}
