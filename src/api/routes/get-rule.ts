import { z } from 'zod'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import type { Api, ApiParts } from '../parts.ts'
import { ruleView } from '../rule-view.ts'
import { showRuleWork } from '../rules-work.ts'

/** One rule with its text. */
export function getRule(
  api: Api,
  parts: Pick<ApiParts, 'database' | 'configurations' | 'clock'>,
): void {
  api.route({
    method: 'GET',
    url: '/rules/:slug',
    config: { permission: 'alarm.read' },
    schema: {
      tags: ['rules'],
      summary: 'One rule with its text',
      params: z.strictObject({ slug: z.string().max(63) }),
      response: answers(ruleView),
    },
    handler: async (request) =>
      showRuleWork(parts, userOf(request).organisation, request.params.slug),
  })
}
