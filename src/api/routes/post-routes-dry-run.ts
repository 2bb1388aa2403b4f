import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import type { Api, ApiParts } from '../parts.ts'
import { routeDryRunView } from '../route-view.ts'
import { dryRunRoutesWork, routesDryRunBody } from '../routes-work.ts'

/** Says where past cases would have gone by a draft of the routes. Changes nothing. */
export function postRoutesDryRun(
  api: Api,
  parts: Pick<ApiParts, 'database' | 'configurations' | 'clock'>,
): void {
  api.route({
    method: 'POST',
    url: '/routes/dry-run',
    config: { permission: 'route.explain' },
    schema: {
      tags: ['cases'],
      summary: 'Where the newest 1,000 cases would have gone by a draft of the routes',
      body: routesDryRunBody,
      response: answers(routeDryRunView),
    },
    handler: async (request) =>
      dryRunRoutesWork(parts, userOf(request).organisation, request.body),
  })
}
