import { z } from 'zod'
import { alarmView } from '../../alarms/views.ts'
import { duration } from '../../domain/duration.ts'
import { actorName } from '../../domain/identity.ts'
import { reason } from '../alarm-inputs.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

const body = z.union([
  /** So long: `30m`, `4h`; at most as its priority allows. */
  z.strictObject({ for: duration, reason }),
  z.strictObject({ untilClear: z.literal(true), reason }),
])

/** Puts an alarm aside, with a reason. */
export function postAlarmShelve(api: Api, { alarms }: Pick<ApiParts, 'alarms'>): void {
  api.route({
    method: 'POST',
    url: '/alarms/:id/shelve',
    config: { permission: 'alarm.shelve' },
    schema: {
      tags: ['alarms'],
      summary: 'Shelve an alarm for a while, or until it clears',
      params: byId,
      body,
      response: answers(alarmView),
    },
    handler: (request) => {
      const user = userOf(request)
      const asked = request.body
      return alarms.shelve(user.organisation, request.params.id, {
        actor: actorName(user),
        reason: asked.reason,
        time: 'for' in asked ? { for: asked.for } : { untilClear: true },
      })
    },
  })
}
