import { actorName } from '../../domain/identity.ts'
import { activating } from '../activating.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { integrating } from '../integrating.ts'
import type { Api, ApiParts } from '../parts.ts'
import { typeRollBackView } from '../type-view.ts'
import { rollBackBody, rollBackWork } from '../types-work.ts'

/** An earlier text of a device type becomes the present one, as a new version. */
export function postTypesRollback(
  api: Api,
  parts: Pick<ApiParts, 'database' | 'clock' | 'activate'>,
): void {
  api.route({
    method: 'POST',
    url: '/types/rollback',
    config: { permission: integrating },
    schema: {
      tags: ['integration'],
      summary: 'Bring an earlier text of a device type back',
      body: rollBackBody,
      response: answers(typeRollBackView),
    },
    handler: async (request) => {
      const user = userOf(request)
      const { organisation } = user
      return rollBackWork(
        activating(parts),
        { organisation, author: actorName(user) },
        request.body,
      )
    },
  })
}
