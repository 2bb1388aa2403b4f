import { z } from 'zod'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { id, listLimit } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'
import { alarmListView } from '../views.ts'

const querystring = z.strictObject({
  which: z.enum(['open', 'all']).default('open'),
  asset: id.optional(),
  limit: listLimit,
})

/** Alarms, the open ones unless all are asked for. */
export function getAlarms(api: Api, { alarms }: Pick<ApiParts, 'alarms'>): void {
  api.route({
    method: 'GET',
    url: '/alarms',
    config: { permission: 'alarm.read' },
    schema: {
      tags: ['alarms'],
      summary: 'List alarms',
      querystring,
      response: answers(alarmListView),
    },
    handler: async (request) => {
      const { which, asset, limit } = request.query
      const filter = { which, limit, ...(asset !== undefined && { asset }) }
      return { alarms: [...(await alarms.list(userOf(request).organisation, filter))] }
    },
  })
}
