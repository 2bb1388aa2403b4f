import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import type { Api, ApiParts } from '../parts.ts'
import { ruleCheckView } from '../rule-view.ts'
import { checkRulesWork, ruleFilesBody } from '../rules-work.ts'

/** Says everything that is wrong with rules that need not be in force. Changes nothing. */
export function postRulesCheck(api: Api, parts: Pick<ApiParts, 'database'>): void {
  api.route({
    method: 'POST',
    url: '/rules/check',
    config: { permission: 'history.read' },
    schema: {
      tags: ['rules'],
      summary: 'What is wrong with rules, by file and place',
      body: ruleFilesBody,
      response: answers(ruleCheckView),
    },
    handler: async (request) =>
      checkRulesWork(parts, userOf(request).organisation, request.body.files),
  })
}
