import { z } from 'zod'
import type { ContractorCases } from '../../contractors/contractor-cases.ts'
import { actorName } from '../../domain/identity.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api } from '../parts.ts'

const body = z.strictObject({ show: z.boolean() })

/** Lets the contractor of one case know who reported it, or no longer; written to the audit log. */
export function postCaseShareReporter(
  api: Api,
  { contractors }: { readonly contractors: Pick<ContractorCases, 'showReporter'> },
): void {
  api.route({
    method: 'POST',
    url: '/cases/:id/share-reporter',
    config: { permission: 'case.person.share' },
    schema: {
      tags: ['cases'],
      summary: 'Let the contractor of a case know who reported it',
      params: byId,
      body,
      response: answers(body),
    },
    handler: async (request) => {
      const user = userOf(request)
      const { show } = request.body
      const where = { organisation: user.organisation, id: request.params.id }
      await contractors.showReporter(where, { show, by: actorName(user) })
      return { show }
    },
  })
}
