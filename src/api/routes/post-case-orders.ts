import { z } from 'zod'
import { caseActor } from '../../cases/roles.ts'
import { slug } from '../../domain/ids.ts'
import { orderView } from '../../work-orders/views.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId, isoTime } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

const body = z.strictObject({
  /** Who shall do it; a unit with a contract is the contractor's. */
  unit: slug,
  /** What is to be done. A contractor reads it, so it holds no identity number. */
  text: z.string().trim().min(1).max(2_000),
  /** By when. */
  due: isoTime.exactOptional(),
})

/** Orders something to be done about a case. */
export function postCaseOrders(api: Api, { orders }: Pick<ApiParts, 'orders'>): void {
  api.route({
    method: 'POST',
    url: '/cases/:id/orders',
    config: { permission: 'case.assign' },
    schema: {
      tags: ['cases'],
      summary: 'Order something to be done about a case',
      params: byId,
      body,
      response: answers(orderView),
    },
    handler: (request) => {
      const user = userOf(request)
      const asked = { ...request.body, case: request.params.id, by: caseActor(user) }
      return orders.order(user.organisation, asked)
    },
  })
}
