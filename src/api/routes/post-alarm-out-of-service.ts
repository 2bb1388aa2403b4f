import { z } from 'zod'
import { alarmView } from '../../alarms/views.ts'
import { actorName } from '../../domain/identity.ts'
import { reason } from '../alarm-inputs.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

const body = z.strictObject({
  /** What the work is called in the system that orders it. */
  workOrder: z.string().trim().min(1).max(120),
  reason,
})

/** Takes an alarm out of service until somebody puts it back. */
export function postAlarmOutOfService(
  api: Api,
  { alarms }: Pick<ApiParts, 'alarms'>,
): void {
  api.route({
    method: 'POST',
    url: '/alarms/:id/out-of-service',
    config: { permission: 'alarm.service' },
    schema: {
      tags: ['alarms'],
      summary: 'Take an alarm out of service',
      params: byId,
      body,
      response: answers(alarmView),
    },
    handler: (request) => {
      const user = userOf(request)
      return alarms.outOfService(user.organisation, request.params.id, {
        actor: actorName(user),
        ...request.body,
      })
    },
  })
}
