import { z } from 'zod'
import { windowPreview, windowScope } from '../../alarms/windows.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import type { Api, ApiParts } from '../parts.ts'

/** What planned work would touch: "214 assets, 3 open alarms". Changes nothing. */
export function postMaintenancePreview(
  api: Api,
  { alarms }: Pick<ApiParts, 'alarms'>,
): void {
  api.route({
    method: 'POST',
    url: '/maintenance-windows/preview',
    config: { permission: 'maintenance.plan' },
    schema: {
      tags: ['alarms'],
      summary: 'What a maintenance window would touch',
      body: z.strictObject({ scope: windowScope }),
      response: answers(windowPreview),
    },
    handler: (request) =>
      alarms.maintenance.preview(userOf(request).organisation, request.body.scope),
  })
}
