import { z } from 'zod'
import { organisationId } from '../../domain/ids.ts'
import { contractorOrderView } from '../../work-orders/views.ts'
import { creates } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { id, photoIds } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

const body = z.strictObject({
  photos: photoIds,
})

/** Shows what was done about an order. */
export function postContractorOrderPhotos(
  api: Api,
  { orders }: Pick<ApiParts, 'orders'>,
): void {
  api.route({
    method: 'POST',
    url: '/contractor/orders/:organisation/:id/photos',
    config: { permission: 'contractor.work' },
    schema: {
      tags: ['contractors'],
      summary: 'Add photos of the work to an order',
      params: z.strictObject({ organisation: organisationId, id }),
      body,
      response: creates(contractorOrderView),
    },
    handler: async (request, reply) => {
      const { photos } = request.body
      const who = userOf(request)
      const seen = await orders.ofContractors.addPhotos(who, request.params, photos)
      return reply.code(201).send(seen)
    },
  })
}
