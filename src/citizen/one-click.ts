import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { Problem } from '../domain/problem.ts'
import type { OwnParts } from './parts.ts'
import { config, formOptions, notFound } from './requests.ts'

const params = z.object({ token: z.string().max(100) }).catch({ token: '' })

/**
 * The address in the header List-Unsubscribe of letters. A mail program posts to it (RFC 8058: a
 * form of either kind, without a cookie) and must not be led elsewhere; whoever opens it, a person
 * or a scanner of links, gets to the page of the case, where the same can be said.
 */
export function oneClickRoutes(app: FastifyInstance, parts: OwnParts): void {
  app.get('/f/:token/letters', { config }, (request, reply) => {
    const { token } = params.parse(request.params)
    return reply.redirect(`/f/${encodeURIComponent(token)}`, 302)
  })
  // A program posts, from no page of ours: the token is its right. Not limited by address: a mail
  // provider posts for all its users from a few.
  const options = {
    ...formOptions(parts),
    config: { ...config, ownGuard: true } as const,
  }
  app.post('/f/:token/letters', options, async (request, reply) => {
    const { token } = params.parse(request.params)
    try {
      await parts.feedback.unsubscribe(await parts.cases.follower(token))
    } catch (error) {
      const unknown = error instanceof Problem && error.details.kind === 'not_found'
      if (!unknown) throw error
      return notFound(request, reply)
    }
    return reply.code(200).type('text/plain').send('ok')
  })
}
