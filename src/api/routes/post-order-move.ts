import { z } from 'zod'
import { caseActor } from '../../cases/roles.ts'
import { orderState } from '../../work-orders/states.ts'
import { orderView } from '../../work-orders/views.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

const body = z.strictObject({
  to: orderState,
  /** The version that the person saw; a newer one is not moved unseen. */
  version: z.int().min(0),
  /** For those who do the work, or who ordered it. */
  text: z.string().trim().min(1).max(2_000).exactOptional(),
})

/** Says how far an order has come. */
export function postOrderMove(api: Api, { orders }: Pick<ApiParts, 'orders'>): void {
  api.route({
    method: 'POST',
    url: '/orders/:id/move',
    config: { permission: 'case.move' },
    schema: {
      tags: ['cases'],
      summary: 'Say how far an order has come',
      params: byId,
      body,
      response: answers(orderView),
    },
    handler: (request) => {
      const user = userOf(request)
      const move = { ...request.body, by: caseActor(user) }
      return orders.move(user.organisation, request.params.id, move)
    },
  })
}
