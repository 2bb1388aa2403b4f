import { z } from 'zod'
import type { Api, ApiParts } from '../parts.ts'

/** Which version runs. */
export function getVersion(api: Api, { version }: Pick<ApiParts, 'version'>): void {
  api.route({
    method: 'GET',
    url: '/version',
    config: { permission: 'public' },
    schema: {
      tags: ['service'],
      summary: 'Which version runs',
      response: { 200: z.object({ name: z.literal('gatuvakt'), version: z.string() }) },
    },
    handler: () => ({ name: 'gatuvakt' as const, version }),
  })
}
