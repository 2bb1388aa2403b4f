import { whyView } from '../../alarms/views.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

/** Why an alarm is as it is: evidence, suppression, timers, what happened last. */
export function getAlarmWhy(api: Api, { alarms }: Pick<ApiParts, 'alarms'>): void {
  api.route({
    method: 'GET',
    url: '/alarms/:id/why',
    config: { permission: 'alarm.read' },
    schema: {
      tags: ['alarms'],
      summary: 'Why an alarm is as it is',
      params: byId,
      response: answers(whyView),
    },
    handler: (request) => alarms.why(userOf(request).organisation, request.params.id),
  })
}
