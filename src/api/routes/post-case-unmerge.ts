import { z } from 'zod'
import { caseActor } from '../../cases/roles.ts'
import { caseView } from '../../cases/views.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

const body = z.strictObject({
  /** The version that the person saw. */
  version: z.int().min(0),
})

/** Takes a merged case out again: it stands as it stood before. */
export function postCaseUnmerge(api: Api, { cases }: Pick<ApiParts, 'cases'>): void {
  api.route({
    method: 'POST',
    url: '/cases/:id/unmerge',
    config: { permission: 'case.merge' },
    schema: {
      tags: ['cases'],
      summary: 'Take a merged case out again',
      params: byId,
      body,
      response: answers(caseView),
    },
    handler: (request) => {
      const user = userOf(request)
      const asked = { ...request.body, by: caseActor(user) }
      return cases.unmerge(user.organisation, request.params.id, asked)
    },
  })
}
