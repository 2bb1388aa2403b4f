import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import type { Api, ApiParts } from '../parts.ts'
import { ruleListView } from '../rule-view.ts'
import { listRulesWork } from '../rules-work.ts'

/** The rules in force, what they watch and how often they matched lately. */
export function getRules(
  api: Api,
  parts: Pick<ApiParts, 'database' | 'configurations' | 'clock'>,
): void {
  api.route({
    method: 'GET',
    url: '/rules',
    config: { permission: 'alarm.read' },
    schema: { tags: ['rules'], summary: 'Rules in force', response: answers(ruleListView) },
    handler: async (request) => listRulesWork(parts, userOf(request).organisation),
  })
}
