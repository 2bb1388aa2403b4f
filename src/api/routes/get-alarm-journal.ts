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
      const { id } = request.params
      const transitions = await alarms.journal(organisation, id)
      // Every alarm has a first line, so an empty journal is one of nothing: not found.
      if (transitions.length === 0) await alarms.get(organisation, id)
      return { transitions: [...transitions] }
    },
  })
}
