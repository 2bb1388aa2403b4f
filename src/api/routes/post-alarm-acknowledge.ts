import { z } from 'zod'
import { alarmView } from '../../alarms/views.ts'
import { actorName } from '../../domain/identity.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

const body = z.strictObject({
  /** The raise that the person saw; a newer one is not acknowledged unseen. */
  raise: z.int().min(0),
  comment: z.string().trim().min(1).max(1_000).optional(),
})

/** Acknowledges one raise of an alarm. */
export function postAlarmAcknowledge(api: Api, { alarms }: Pick<ApiParts, 'alarms'>): void {
  api.route({
    method: 'POST',
    url: '/alarms/:id/acknowledge',
    config: { permission: 'alarm.acknowledge' },
    schema: {
      tags: ['alarms'],
      summary: 'Acknowledge an alarm',
      params: byId,
      body,
      response: answers(alarmView),
    },
    handler: (request) => {
      const user = userOf(request)
      const { raise, comment } = request.body
      return alarms.acknowledge(user.organisation, request.params.id, {
        actor: actorName(user),
        raise,
        ...(comment !== undefined && { comment }),
      })
    },
  })
}
