import { z } from 'zod'
import { caseActor } from '../../cases/roles.ts'
import { caseView } from '../../cases/views.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId, id } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

const body = z.strictObject({
  /** The version that the person saw. */
  version: z.int().min(0),
  /** The case it belongs to. */
  into: id,
})

/** Puts a case into another one; numbers, links and followers stay. */
export function postCaseMerge(api: Api, { cases }: Pick<ApiParts, 'cases'>): void {
  api.route({
    method: 'POST',
    url: '/cases/:id/merge',
    config: { permission: 'case.merge' },
    schema: {
      tags: ['cases'],
      summary: 'Merge a case into another',
      params: byId,
      body,
      response: answers(caseView),
    },
    handler: (request) => {
      const user = userOf(request)
      const asked = { ...request.body, by: caseActor(user) }
      return cases.merge(user.organisation, request.params.id, asked)
    },
  })
}
