import { z } from 'zod'
import { windowPreview, windowScope, windowView } from '../../alarms/windows.ts'
import { actorName } from '../../domain/identity.ts'
import { reason } from '../alarm-inputs.ts'
import { creates } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { isoTime } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

const body = z.strictObject({ scope: windowScope, from: isoTime, to: isoTime, reason })

/** Plans work; tells what it touches as of now. */
export function postMaintenanceWindows(
  api: Api,
  { alarms }: Pick<ApiParts, 'alarms'>,
): void {
  api.route({
    method: 'POST',
    url: '/maintenance-windows',
    config: { permission: 'maintenance.plan' },
    schema: {
      tags: ['alarms'],
      summary: 'Plan maintenance, during which alarms call nobody',
      body,
      response: creates(z.object({ window: windowView, touches: windowPreview })),
    },
    handler: async (request, reply) => {
      const user = userOf(request)
      const { maintenance } = alarms
      const touches = await maintenance.preview(user.organisation, request.body.scope)
      const by = actorName(user)
      const window = await maintenance.plan(user.organisation, { ...request.body, by })
      return reply.code(201).send({ window, touches })
    },
  })
}
