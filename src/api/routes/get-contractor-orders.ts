import { z } from 'zod'
import { contractorOrderView } from '../../work-orders/views.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { listLimit } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

/** What others ordered of the contractor, over all organisations it works for. */
export function getContractorOrders(api: Api, { orders }: Pick<ApiParts, 'orders'>): void {
  api.route({
    method: 'GET',
    url: '/contractor/orders',
    config: { permission: 'contractor.work' },
    schema: {
      tags: ['contractors'],
      summary: 'List what was ordered of you',
      querystring: z.strictObject({
        which: z.enum(['open', 'all']).default('open'),
        limit: listLimit,
      }),
      response: answers(z.object({ orders: z.array(contractorOrderView) })),
    },
    handler: async (request) => {
      const listed = await orders.ofContractors.list(userOf(request), request.query)
      return { orders: [...listed] }
    },
  })
}
