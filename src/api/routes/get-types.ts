import { typesInForce } from '../../workshop/types-in-force.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import type { Api, ApiParts } from '../parts.ts'
import { typeListView, typeListViewOf } from '../type-view.ts'

/** The device types in force, and how many devices are of each. */
export function getTypes(
  api: Api,
  { database, configurations }: Pick<ApiParts, 'database' | 'configurations'>,
): void {
  api.route({
    method: 'GET',
    url: '/types',
    config: { permission: 'ingest.problems.read' },
    schema: {
      tags: ['integration'],
      summary: 'Device types in force',
      response: answers(typeListView),
    },
    handler: async (request) => {
      const { organisation } = userOf(request)
      const current = await configurations.current(organisation)
      return typeListViewOf(await typesInForce(database, organisation, current))
    },
  })
}
