import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import type { Api, ApiParts } from '../parts.ts'
import { ruleTestView } from '../rule-view.ts'
import { ruleFilesBody, testRulesWork } from '../rules-work.ts'

/** Runs tests of rules. Changes nothing. */
export function postRulesTest(api: Api, parts: Pick<ApiParts, 'database'>): void {
  api.route({
    method: 'POST',
    url: '/rules/test',
    config: { permission: 'history.read' },
    schema: {
      tags: ['rules'],
      summary: 'What tests of rules expect and what was seen',
      body: ruleFilesBody,
      response: answers(ruleTestView),
    },
    handler: async (request) =>
      testRulesWork(parts, userOf(request).organisation, request.body.files),
  })
}
