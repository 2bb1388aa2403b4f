import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { caseChoices, caseChoicesView } from '../case-choices-view.ts'
import type { Api, ApiParts } from '../parts.ts'

/** What whoever works on cases chooses from: categories, units, people, partners. */
export function getCaseChoices(
  api: Api,
  { database, configurations }: Pick<ApiParts, 'database' | 'configurations'>,
): void {
  api.route({
    method: 'GET',
    url: '/case-choices',
    config: { permission: 'case.read' },
    schema: {
      tags: ['cases'],
      summary: 'What cases can be given to, and lists narrowed by',
      response: answers(caseChoicesView),
    },
    handler: async (request) => {
      const { organisation } = userOf(request)
      const active = await configurations.current(organisation)
      return await caseChoices(database, organisation, active)
    },
  })
}
