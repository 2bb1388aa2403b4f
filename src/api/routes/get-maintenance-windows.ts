import { z } from 'zod'
import { windowView } from '../../alarms/windows.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import type { Api, ApiParts } from '../parts.ts'

/** Planned work: what runs, what is to come and what was, the latest end first. */
export function getMaintenanceWindows(
  api: Api,
  { alarms }: Pick<ApiParts, 'alarms'>,
): void {
  api.route({
    method: 'GET',
    url: '/maintenance-windows',
    config: { permission: 'alarm.read' },
    schema: {
      tags: ['alarms'],
      summary: 'List maintenance windows',
      response: answers(z.object({ windows: z.array(windowView) })),
    },
    handler: async (request) => {
      const windows = await alarms.maintenance.list(userOf(request).organisation)
      return { windows: [...windows] }
    },
  })
}
