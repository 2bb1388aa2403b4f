import { z } from 'zod'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { deliveryListView, deliveryViewOf, desksOf, type DeskParts } from '../desk-view.ts'
import { byId, listLimit } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

/** What a desk told whom, and how that went, the newest first. */
export function getDeskDeliveries(
  api: Api,
  parts: Pick<ApiParts, 'database' | 'clock'> & DeskParts,
): void {
  api.route({
    method: 'GET',
    url: '/desks/:id/deliveries',
    config: { permission: 'alarm.read' },
    schema: {
      tags: ['desks'],
      summary: 'What a desk told whom, and how that went',
      params: byId,
      querystring: z.strictObject({ limit: listLimit }),
      response: answers(deliveryListView),
    },
    handler: async (request) => {
      const { organisation } = userOf(request)
      const { limit } = request.query
      const messages = await desksOf(parts).deliveries(
        organisation,
        request.params.id,
        limit,
      )
      return { deliveries: messages.map(deliveryViewOf) }
    },
  })
}
