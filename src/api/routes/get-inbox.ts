import { z } from 'zod'
import { knownSenders } from '../../inbox/known.ts'
import { listInbox } from '../../inbox/read.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { inboxGroupViewOf, inboxListView } from '../inbox-view.ts'
import { listLimit } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

const querystring = z.strictObject({
  limit: listLimit,
  /** `true`: those that were dismissed too, and those that are devices by now. */
  all: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
})

/** Who talks on a known connection and is no device, those heard last first. */
export function getInbox(
  api: Api,
  { database, configurations }: Pick<ApiParts, 'database' | 'configurations'>,
): void {
  api.route({
    method: 'GET',
    url: '/inbox',
    config: { permission: 'ingest.problems.read' },
    schema: {
      tags: ['integration'],
      summary: 'Senders that are no devices yet',
      querystring,
      response: answers(inboxListView),
    },
    handler: async (request) => {
      const { organisation } = userOf(request)
      const current = await configurations.current(organisation)
      const known = current && knownSenders(current)
      const groups = await listInbox(database, {
        organisation,
        ...request.query,
        ...(known && { known }),
      })
      return { groups: groups.map(inboxGroupViewOf) }
    },
  })
}
