import { z } from 'zod'
import type { Api, ApiParts } from '../parts.ts'

const readinessView = z.object({
  ready: z.boolean(),
  parts: z.array(z.object({ name: z.string(), ready: z.boolean(), detail: z.string() })),
})

/** Says whether the service can do its work: 200, or 503 with the parts that cannot. */
export function getReadiness(api: Api, { readiness }: Pick<ApiParts, 'readiness'>): void {
  api.route({
    method: 'GET',
    url: '/readyz',
    config: { permission: 'public' },
    schema: {
      tags: ['service'],
      summary: 'Can the service do its work',
      response: { 200: readinessView, 503: readinessView },
    },
    handler: async (_request, reply) => {
      const state = await readiness()
      return reply
        .code(state.ready ? 200 : 503)
        .send({ ready: state.ready, parts: [...state.parts] })
    },
  })
}
