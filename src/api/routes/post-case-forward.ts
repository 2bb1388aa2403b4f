import { z } from 'zod'
import { caseActor } from '../../cases/roles.ts'
import { caseView } from '../../cases/views.ts'
import { slug } from '../../domain/ids.ts'
import { Problem } from '../../domain/problem.ts'
import type { Forward } from '../../open311/forward.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api } from '../parts.ts'

const body = z.strictObject({
  /** A partner of the configuration that takes cases. */
  partner: slug,
  /** The version that the person saw. */
  version: z.int().min(0),
  /** What the partner is told: written for it, because a reporter's own words stay here. */
  text: z.string().trim().min(1).max(3_000),
})

/** Hands a case to another organisation that speaks Open311, and lets it wait there. */
export function postCaseForward(
  api: Api,
  /** Left out: this process hands nothing to anybody. */
  { forward }: { readonly forward?: Forward },
): void {
  api.route({
    method: 'POST',
    url: '/cases/:id/forward',
    config: { permission: 'case.move' },
    schema: {
      tags: ['cases'],
      summary: 'Hand a case to another organisation over Open311',
      params: byId,
      body,
      response: answers(caseView),
    },
    handler: async (request) => {
      const user = userOf(request)
      if (forward === undefined) throw nobody()
      const asked = { ...request.body, by: caseActor(user) }
      return await forward(user.organisation, request.params.id, asked)
    },
  })
}

function nobody(): Problem {
  return new Problem({
    kind: 'unavailable',
    what: 'Cases are not handed to others here',
    next: 'Ask whoever runs the service',
  })
}
