import { z } from 'zod'
import type { Api } from '../parts.ts'

/** Says that the process runs and answers; nothing about its parts. */
export function getHealth(api: Api): void {
  api.route({
    method: 'GET',
    url: '/healthz',
    config: { permission: 'public' },
    schema: {
      tags: ['service'],
      summary: 'Does the process answer',
      response: { 200: z.object({ status: z.literal('ok') }) },
    },
    handler: () => ({ status: 'ok' as const }),
  })
}
