import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'
import { journalView } from '../views.ts'

/** Everything that ever happened to an alarm. */
export function getAlarmJournal(api: Api, { alarms }: Pick<ApiParts, 'alarms'>): void {
  api.route({
    method: 'GET',
    url: '/alarms/:id/journal',
    config: { permission: 'alarm.read' },
    schema: {
      tags: ['alarms'],
      summary: 'What happened to an alarm',
      params: byId,
      response: answers(journalView),
    },
    handler: async (request) => {
      const { organisation } = userOf(request)
      return { transitions: [...(await alarms.journal(organisation, request.params.id))] }
    },
  })
}
