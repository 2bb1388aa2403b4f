import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import type { Api, ApiParts } from '../parts.ts'
import { routeExplainView } from '../route-view.ts'
import { explainRoutesWork, routesExplainBody } from '../routes-work.ts'

/** Says where a case goes and what each route said of it. Changes nothing. */
export function postRoutesExplain(
  api: Api,
  parts: Pick<ApiParts, 'database' | 'configurations' | 'clock'>,
): void {
  api.route({
    method: 'POST',
    url: '/routes/explain',
    config: { permission: 'route.explain' },
    schema: {
      tags: ['cases'],
      summary: 'Where a case goes, and what each route said of it',
      body: routesExplainBody,
      response: answers(routeExplainView),
    },
    handler: async (request) =>
      explainRoutesWork(parts, userOf(request).organisation, request.body),
  })
}
