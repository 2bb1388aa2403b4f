import { z } from 'zod'
import { Problem } from '../../domain/problem.ts'
import { can } from '../../identity/permissions.ts'
import { userOf, type User } from '../authorise.ts'
import { sessionCookie } from '../cookie.ts'
import { pointList } from '../inputs.ts'
import type { Api } from '../parts.ts'
import type { Streams } from '../stream/streams.ts'

const querystring = z.strictObject({ points: pointList.optional() })

/** Live changes as server-sent events; `Last-Event-ID` resumes without a gap. */
export function getStream(api: Api, { streams }: { readonly streams: Streams }): void {
  api.route({
    method: 'GET',
    url: '/stream',
    // A HEAD would open a stream that nobody reads.
    exposeHeadRoute: false,
    config: { permission: 'session' },
    schema: {
      tags: ['live'],
      summary: 'Live changes (text/event-stream)',
      description:
        'Events: hello, alarm, case, configuration, values, resync. After resync load everything anew.',
      querystring,
    },
    handler: async (request, reply) => {
      const user = userOf(request)
      const points = request.query.points ?? new Set<number>()
      if (points.size > 0) requireHistory(user)
      const lastEventId = request.headers['last-event-id']
      await streams.open(
        {
          user,
          cookie: sessionCookie(request) ?? '',
          points,
          lastEventId: Array.isArray(lastEventId) ? lastEventId[0] : lastEventId,
        },
        request,
        reply,
      )
    },
  })
}

function requireHistory(user: User): void {
  if (can(user, 'history.read', { organisation: user.organisation })) return
  throw new Problem({
    kind: 'forbidden',
    what: 'Your roles do not allow to see values',
    where: 'query.points',
    facts: { permission: 'history.read' },
  })
}
