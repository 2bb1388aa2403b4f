import { z } from 'zod'
import { problemView } from '../problem-reply.ts'
import type { Api, ApiParts } from '../parts.ts'
import { loginRate } from '../rate-limits.ts'

const body = z.strictObject({
  token: z.string().min(1).max(100),
  password: z.string().max(256),
})

/** Sets a password with a one-time link. */
export function postPassword(api: Api, { identity }: Pick<ApiParts, 'identity'>): void {
  api.route({
    method: 'POST',
    url: '/password',
    config: { permission: 'public', rateLimit: loginRate },
    schema: {
      tags: ['session'],
      summary: 'Set a password with a one-time link',
      body,
      response: { 204: z.undefined(), '4xx': problemView, '5xx': problemView },
    },
    handler: async (request, reply) => {
      await identity.setPassword(request.body.token, request.body.password)
      return reply.code(204).send()
    },
  })
}
