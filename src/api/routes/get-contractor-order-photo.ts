import { z } from 'zod'
import { organisationId } from '../../domain/ids.ts'
import { userOf } from '../authorise.ts'
import { id, photoSize } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'
import { problemView } from '../problem-reply.ts'
import { sendPhoto } from '../send-photo.ts'

const params = z.strictObject({ organisation: organisationId, id, photo: id })

/** A photo that the contractor gave to an order, as JPEG. */
export function getContractorOrderPhoto(
  api: Api,
  { orders }: Pick<ApiParts, 'orders'>,
): void {
  api.route({
    method: 'GET',
    url: '/contractor/orders/:organisation/:id/photos/:photo',
    config: { permission: 'contractor.work' },
    schema: {
      tags: ['contractors'],
      summary: 'A photo of an order',
      params,
      querystring: photoSize,
      response: { '4xx': problemView, '5xx': problemView },
    },
    handler: async (request, reply) => {
      const { photo, ...where } = request.params
      const asked = { id: photo, size: request.query.size }
      const bytes = await orders.ofContractors.photo(userOf(request), where, asked)
      return sendPhoto(reply, bytes)
    },
  })
}
