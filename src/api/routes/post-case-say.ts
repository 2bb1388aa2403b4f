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
  to: z.enum(['public', 'followers', 'staff']),
  text: z.string().trim().min(1).max(2_000),
  /** Refused with `facts.warnings`, and nothing is done, while the text holds what looks like a contact. */
  unlessWarned: z.boolean().exactOptional(),
})

/** Writes into a case: to everybody, to those who follow it, or among staff. */
export function postCaseSay(api: Api, { cases }: Pick<ApiParts, 'cases'>): void {
  api.route({
    method: 'POST',
    url: '/cases/:id/say',
    config: { permission: 'case.say' },
    schema: {
      tags: ['cases'],
      summary: 'Write into a case',
      params: byId,
      body,
      response: answers(caseView),
    },
    handler: (request) => {
      const user = userOf(request)
      const asked = { ...request.body, by: caseActor(user) }
      return cases.say(user.organisation, request.params.id, asked)
    },
  })
}
