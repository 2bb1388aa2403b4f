import { z } from 'zod'
import { alarmView } from '../../alarms/views.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { id, listLimit } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'
import { alarmListView } from '../views.ts'

const querystring = z.strictObject({
  /** Open: what people have something to do with; suppressed: what is kept from them. */
  which: z.enum(['open', 'suppressed', 'all']).default('open'),
  state: alarmView.shape.state.optional(),
  shelved: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
  priority: z.coerce.number().int().min(1).max(4).optional(),
  rule: id.optional(),
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
      const { which, asset, limit, state, shelved, priority, rule } = request.query
      const filter = {
        which,
        limit,
        ...(asset !== undefined && { asset }),
        ...(state !== undefined && { state }),
        ...(shelved !== undefined && { shelved }),
        ...(priority !== undefined && { priority }),
        ...(rule !== undefined && { rule }),
      }
      return { alarms: [...(await alarms.list(userOf(request).organisation, filter))] }
    },
  })
}
