import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { deskListView, deskViewOf, desksOf, type DeskParts } from '../desk-view.ts'
import type { Api, ApiParts } from '../parts.ts'

/** Desks, who is on duty, and what they are calling somebody for. */
export function getDesks(
  api: Api,
  parts: Pick<ApiParts, 'database' | 'clock'> & DeskParts,
): void {
  api.route({
    method: 'GET',
    url: '/desks',
    config: { permission: 'alarm.read' },
    schema: {
      tags: ['desks'],
      summary: 'Desks, who is on duty, and escalations under way',
      response: answers(deskListView),
    },
    handler: async (request) => {
      const { organisation } = userOf(request)
      return { desks: (await desksOf(parts).list(organisation)).map(deskViewOf) }
    },
  })
}
