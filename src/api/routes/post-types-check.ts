import { basesInForce } from '../../workshop/bases-in-force.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import type { Api, ApiParts } from '../parts.ts'
import { typeCheckView } from '../type-view.ts'
import { checkWork, filesBody } from '../types-work.ts'

/** Holds the files of a type against the schema and its vectors. Changes nothing. */
export function postTypesCheck(api: Api, { database }: Pick<ApiParts, 'database'>): void {
  api.route({
    method: 'POST',
    url: '/types/check',
    config: { permission: 'ingest.problems.read' },
    schema: {
      tags: ['integration'],
      summary: 'Everything that is wrong with a device type',
      body: filesBody,
      response: answers(typeCheckView),
    },
    handler: async (request) =>
      checkWork(request.body.files, basesInForce(database, userOf(request).organisation)),
  })
}
