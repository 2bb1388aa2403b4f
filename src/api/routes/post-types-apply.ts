import { actorName } from '../../domain/identity.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { activating } from '../activating.ts'
import { integrating } from '../integrating.ts'
import type { Api, ApiParts } from '../parts.ts'
import { typeApplyView } from '../type-view.ts'
import { applyBody, applyWork } from '../types-work.ts'

/** Brings one device type into force, as a new version of the configuration. */
export function postTypesApply(
  api: Api,
  parts: Pick<ApiParts, 'database' | 'clock' | 'activate'>,
): void {
  api.route({
    method: 'POST',
    url: '/types/apply',
    config: { permission: integrating },
    schema: {
      tags: ['integration'],
      summary: 'Bring a device type into force',
      body: applyBody,
      response: answers(typeApplyView),
    },
    handler: async (request) => {
      const user = userOf(request)
      const { organisation } = user
      return applyWork(
        activating(parts),
        { organisation, author: actorName(user) },
        request.body,
      )
    },
  })
}
