import { windowView } from '../../alarms/windows.ts'
import { actorName } from '../../domain/identity.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

/** Ends planned work now, or takes it back before it began. It stays in the list. */
export function deleteMaintenanceWindow(
  api: Api,
  { alarms }: Pick<ApiParts, 'alarms'>,
): void {
  api.route({
    method: 'DELETE',
    url: '/maintenance-windows/:id',
    config: { permission: 'maintenance.plan' },
    schema: {
      tags: ['alarms'],
      summary: 'End maintenance now',
      params: byId,
      response: answers(windowView),
    },
    handler: (request) => {
      const user = userOf(request)
      return alarms.maintenance.end(user.organisation, request.params.id, actorName(user))
    },
  })
}
