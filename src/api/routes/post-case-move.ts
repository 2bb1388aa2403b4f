import { z } from 'zod'
import { caseActor } from '../../cases/roles.ts'
import { caseState, caseView, closingReason } from '../../cases/views.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId, id, isoTime } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

const body = z.strictObject({
  to: caseState,
  /** The version that the person saw; a newer one is not moved unseen. */
  version: z.int().min(0),
  reason: closingReason.exactOptional(),
  /** What the public is told. */
  text: z.string().trim().min(1).max(2_000).exactOptional(),
  /** When it is planned, or until when an answer is waited for. */
  at: isoTime.exactOptional(),
  /** Who has it outside, and what they call it. */
  outside: z.string().trim().min(1).max(200).exactOptional(),
  reference: z.string().trim().min(1).max(200).exactOptional(),
  /** The case it is the same as. */
  target: id.exactOptional(),
  /** Refused with `facts.warnings`, and nothing is done, while the text holds what looks like a contact. */
  unlessWarned: z.boolean().exactOptional(),
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
      return cases.move(user.organisation, request.params.id, {
        ...request.body,
        by: caseActor(user),
      })
    },
  })
}
