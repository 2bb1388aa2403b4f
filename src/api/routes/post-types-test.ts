import { basesInForce } from '../../workshop/bases-in-force.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import type { Api, ApiParts } from '../parts.ts'
import { typeTestView } from '../type-view.ts'
import { filesBody, testWork } from '../types-work.ts'

/** Runs the vectors of a type one by one. Changes nothing. */
export function postTypesTest(api: Api, { database }: Pick<ApiParts, 'database'>): void {
  api.route({
    method: 'POST',
    url: '/types/test',
    config: { permission: 'ingest.problems.read' },
    schema: {
      tags: ['integration'],
      summary: 'What the vectors of a device type expect and what comes out',
      body: filesBody,
      response: answers(typeTestView),
    },
    handler: async (request) =>
      testWork(request.body.files, basesInForce(database, userOf(request).organisation)),
  })
}
