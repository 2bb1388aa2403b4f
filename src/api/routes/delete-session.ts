import { z } from 'zod'
import { problemView } from '../problem-reply.ts'
import { clearSessionCookie, sessionCookie } from '../cookie.ts'
import type { Api, ApiParts } from '../parts.ts'

/** Logs out. */
export function deleteSession(api: Api, { identity }: Pick<ApiParts, 'identity'>): void {
  api.route({
    method: 'DELETE',
    url: '/session',
    config: { permission: 'session' },
    schema: {
      tags: ['session'],
      summary: 'Log out',
      response: { 204: z.undefined(), '4xx': problemView, '5xx': problemView },
    },
    handler: async (request, reply) => {
      const cookie = sessionCookie(request)
      if (cookie !== undefined) await identity.logOut(cookie)
      clearSessionCookie(reply)
      return reply.code(204).send()
    },
  })
}
