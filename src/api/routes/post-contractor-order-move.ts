import { z } from 'zod'
import { organisationId } from '../../domain/ids.ts'
import { orderState } from '../../work-orders/states.ts'
import { contractorOrderView } from '../../work-orders/views.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { id } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

const body = z.strictObject({
  to: orderState,
  /** The version that the person saw; a newer one is not moved unseen. */
  version: z.int().min(0),
  /** For the staff of those it works for. */
  text: z.string().trim().min(1).max(2_000).exactOptional(),
})

/** Says how far the contractor has come with an order. */
export function postContractorOrderMove(
  api: Api,
  { orders }: Pick<ApiParts, 'orders'>,
): void {
  api.route({
    method: 'POST',
    url: '/contractor/orders/:organisation/:id/move',
    config: { permission: 'contractor.work' },
    schema: {
      tags: ['contractors'],
      summary: 'Say how far you have come with an order',
      params: z.strictObject({ organisation: organisationId, id }),
      body,
      response: answers(contractorOrderView),
    },
    handler: (request) =>
      orders.ofContractors.move(userOf(request), request.params, request.body),
  })
}
