import { z } from 'zod'
import { caseActor } from '../../cases/roles.ts'
import { creates } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId, id } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

const body = z.strictObject({
  /** How the person said it. */
  source: z.enum(['phone', 'visit', 'email', 'social', 'internal', 'inspection']),
  /** The person's report, where that is known. */
  report: id.exactOptional(),
  text: z.string().trim().max(2_000).default(''),
  photos: z.array(id).max(5).exactOptional(),
  /** It looks mended, or it is not. */
  wish: z.enum(['none', 'fixed', 'reopen']).default('none'),
  idempotencyKey: z
    .string()
    .regex(/^[A-Za-z0-9_-]{8,64}$/, '8 to 64 letters, digits, - or _')
    .exactOptional(),
})

/** Writes down what somebody adds to a case on the telephone or at the desk. */
export function postCaseFollowUp(api: Api, { cases }: Pick<ApiParts, 'cases'>): void {
  api.route({
    method: 'POST',
    url: '/cases/:id/follow-ups',
    config: { permission: 'case.create' },
    schema: {
      tags: ['cases'],
      summary: 'Add what a reporter says to a case',
      params: byId,
      body,
      response: creates(z.object({ id: z.string() })),
    },
    handler: async (request, reply) => {
      const user = userOf(request)
      const added = await cases.followUp(user.organisation, request.params.id, {
        ...request.body,
        by: caseActor(user),
      })
      return reply.code(201).send(added)
    },
  })
}
