import { z } from 'zod'
import { caseActor } from '../../cases/roles.ts'
import { orderView } from '../../work-orders/views.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId, isoTime } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

const body = z.strictObject({
  /** The version that the person saw; a newer one is not changed unseen. */
  version: z.int().min(0),
  /** What is to be done. Left out: as it was. */
  text: z.string().trim().min(1).max(2_000).exactOptional(),
  /** By when; null: no day any more. Left out: as it was. */
  due: isoTime.nullable().exactOptional(),
})

/** Changes the words or the day of an order that nobody accepted yet. */
export function postOrderAmend(api: Api, { orders }: Pick<ApiParts, 'orders'>): void {
  api.route({
    method: 'POST',
    url: '/orders/:id/amend',
    config: { permission: 'case.assign' },
    schema: {
      tags: ['cases'],
      summary: 'Change an order that nobody accepted yet',
      params: byId,
      body,
      response: answers(orderView),
    },
    handler: (request) => {
      const user = userOf(request)
      const amendment = { ...request.body, by: caseActor(user) }
      return orders.amend(user.organisation, request.params.id, amendment)
    },
  })
}
