import { alarmView } from '../../alarms/views.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

/** One alarm. */
export function getAlarm(api: Api, { alarms }: Pick<ApiParts, 'alarms'>): void {
  api.route({
    method: 'GET',
    url: '/alarms/:id',
    config: { permission: 'alarm.read' },
    schema: {
      tags: ['alarms'],
      summary: 'One alarm',
      params: byId,
      response: answers(alarmView),
    },
    handler: (request) => alarms.get(userOf(request).organisation, request.params.id),
  })
}
