import { z } from 'zod'
import { actorName } from '../../domain/identity.ts'
import { creates } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

/** Opens a case for an alarm whose rule leaves that to people. */
export function postAlarmCase(api: Api, { alarms }: Pick<ApiParts, 'alarms'>): void {
  api.route({
    method: 'POST',
    url: '/alarms/:id/case',
    config: { permission: 'case.create' },
    schema: {
      tags: ['alarms'],
      summary: 'Open a case for an alarm',
      params: byId,
      response: creates(z.object({ case: z.string() })),
    },
    handler: async (request, reply) => {
      const user = userOf(request)
      const opened = await alarms.openCase(
        user.organisation,
        request.params.id,
        actorName(user),
      )
      return reply.code(201).send(opened)
    },
  })
}
