import { z } from 'zod'
import { caseState, caseView, closingReason } from '../../cases/views.ts'
import { actorName } from '../../domain/identity.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

const body = z.strictObject({
  to: caseState,
  /** The version that the person saw; a newer one is not moved unseen. */
  version: z.int().min(0),
  reason: closingReason.optional(),
  /** What the public is told. */
  text: z.string().trim().min(1).max(2_000).optional(),
})

/** Moves a case to another state. */
export function postCaseMove(api: Api, { cases }: Pick<ApiParts, 'cases'>): void {
  api.route({
    method: 'POST',
    url: '/cases/:id/move',
    config: { permission: 'case.move' },
    schema: {
      tags: ['cases'],
      summary: 'Move a case',
      params: byId,
      body,
      response: answers(caseView),
    },
    handler: (request) => {
      const user = userOf(request)
      const { to, version, reason, text } = request.body
      return cases.move(user.organisation, request.params.id, {
        to,
        version,
        actor: actorName(user),
        ...(reason !== undefined && { reason }),
        ...(text !== undefined && { text }),
      })
    },
  })
}
