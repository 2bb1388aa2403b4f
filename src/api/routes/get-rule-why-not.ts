import { z } from 'zod'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import type { Api, ApiParts } from '../parts.ts'
import { whyNotView } from '../why-not-view.ts'
import { whyNotQuery, whyNotWork } from '../rules-work.ts'

/** Why a rule says of an asset at a time what it says: the stored readings, played once more. */
export function getRuleWhyNot(
  api: Api,
  parts: Pick<ApiParts, 'database' | 'configurations' | 'clock' | 'store'>,
): void {
  api.route({
    method: 'GET',
    url: '/rules/:slug/why-not',
    config: { permission: 'history.read' },
    schema: {
      tags: ['rules'],
      summary: 'Why a rule raised an alarm on an asset at a time, or why not',
      params: z.strictObject({ slug: z.string().max(63) }),
      querystring: whyNotQuery,
      response: answers(whyNotView),
    },
    handler: async (request) =>
      whyNotWork(parts, userOf(request).organisation, {
        ...request.query,
        rule: request.params.slug,
      }),
  })
}
