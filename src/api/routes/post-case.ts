import { z } from 'zod'
import { reportInput } from '../../cases/report-input.ts'
import { actorName } from '../../domain/identity.ts'
import { creates } from '../answers.ts'
import { userOf } from '../authorise.ts'
import type { Api, ApiParts } from '../parts.ts'

/** How somebody told the organisation, or that one of its own people saw it. */
const body = reportInput.safeExtend({
  source: z.enum(['phone', 'visit', 'email', 'social', 'internal', 'inspection']),
})

/** Takes a report down for somebody who called or came, or of staff: the phone desk's door. */
export function postCase(api: Api, { cases }: Pick<ApiParts, 'cases'>): void {
  api.route({
    method: 'POST',
    url: '/cases',
    config: { permission: 'case.create' },
    schema: {
      tags: ['cases'],
      summary: 'Take a report down',
      body,
      response: creates(
        z.object({
          case: z.string(),
          number: z.string(),
          known: z.object({ since: z.string(), bySensor: z.boolean() }).nullable(),
        }),
      ),
    },
    handler: async (request, reply) => {
      const user = userOf(request)
      const report = { ...request.body, actor: actorName(user) }
      const { case: id, number, known } = await cases.report(user.organisation, report)
      return reply.code(201).send({ case: id, number, known })
    },
  })
}
