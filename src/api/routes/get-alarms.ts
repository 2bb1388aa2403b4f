import { z } from 'zod'
import { alarmView } from '../../alarms/views.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { id, listLimit } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'
import { floodsNow, floodView } from '../../alarms/floods-now.ts'
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

/** What is asked for, and the floods that last now, whatever is asked for. */
const answer = alarmListView.extend({ floods: z.array(floodView) })

/** Alarms, the open ones unless all are asked for. */
export function getAlarms(
  api: Api,
  { alarms, database, clock }: Pick<ApiParts, 'alarms' | 'database' | 'clock'>,
): void {
  api.route({
    method: 'GET',
    url: '/alarms',
    config: { permission: 'alarm.read' },
    schema: {
      tags: ['alarms'],
      summary: 'List alarms',
      querystring,
      response: answers(answer),
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
      const { organisation } = userOf(request)
      const listed = await alarms.list(organisation, filter)
      const floods = await floodsNow(database.read(organisation), clock.now())
      return { alarms: [...listed], floods: [...floods] }
    },
  })
}
