import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { connectionListView, connectionViewOf, visibleTo } from '../connection-view.ts'
import type { Api, ApiParts } from '../parts.ts'

/** How the ways to the field are, and the devices on them. */
export function getConnections(
  api: Api,
  { connections = () => [] }: Pick<ApiParts, 'connections'>,
): void {
  api.route({
    method: 'GET',
    url: '/connections',
    config: { permission: 'ingest.problems.read' },
    schema: {
      tags: ['integration'],
      summary: 'Connections to the field and how they are',
      response: answers(connectionListView),
    },
    handler: async (request) => {
      const { organisation } = userOf(request)
      const own = visibleTo(connections(), organisation)
      return { connections: own.map(connectionViewOf) }
    },
  })
}
