import { userOf } from '../authorise.ts'
import { sessionCookie } from '../cookie.ts'
import type { Api } from '../parts.ts'
import type { Streams } from '../stream/streams.ts'

/** Live changes of what was granted to the contractor or ordered of it, and of nothing else. */
export function getContractorStream(
  api: Api,
  { streams }: { readonly streams: Streams },
): void {
  api.route({
    method: 'GET',
    url: '/contractor/stream',
    // A HEAD would open a stream that nobody reads.
    exposeHeadRoute: false,
    config: { permission: 'contractor.work' },
    schema: {
      tags: ['live'],
      summary:
        'Live changes of what was granted to you or ordered of you (text/event-stream)',
      description:
        'Events: hello, case with the subject organisation/id, resync. After resync, and whenever the stream was cut off, load everything anew.',
    },
    handler: async (request, reply) => {
      const asked = {
        user: userOf(request),
        cookie: sessionCookie(request) ?? '',
        points: new Set<number>(),
        lastEventId: String(request.headers['last-event-id'] ?? ''),
        of: 'contractor',
      } as const
      await streams.open(asked, request, reply)
    },
  })
}
