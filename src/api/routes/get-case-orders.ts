import { z } from 'zod'
import { actingPerson } from '../../cases/roles.ts'
import { doerView, orderView } from '../../work-orders/views.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

/** What was ordered to be done about a case, and all that lies in it. */
export function getCaseOrders(api: Api, { orders }: Pick<ApiParts, 'orders'>): void {
  api.route({
    method: 'GET',
    url: '/cases/:id/orders',
    config: { permission: 'case.read' },
    schema: {
      tags: ['cases'],
      summary: 'List what was ordered to be done about a case',
      params: byId,
      response: answers(
        z.object({
          orders: z.array(orderView),
          /** Units of which something can be ordered now. */
          units: z.array(doerView),
        }),
      ),
    },
    handler: async (request) => {
      const user = userOf(request)
      const { organisation } = user
      const { id } = request.params
      return {
        orders: [...(await orders.list(organisation, id, actingPerson(user)))],
        units: [...(await orders.doers(organisation, id))],
      }
    },
  })
}
