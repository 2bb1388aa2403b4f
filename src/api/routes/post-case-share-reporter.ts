import { z } from 'zod'
import type { ContractorCases } from '../../contractors/contractor-cases.ts'
import { actorName } from '../../domain/identity.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api } from '../parts.ts'

const body = z.strictObject({
  show: z.boolean(),
  /** Why, for the staff; needed where something is shown. No names. */
  reason: z.string().trim().max(500).default(''),
})

/** Lets the contractor of one case know who reported it, or no longer; written to history and audit log. */
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
      response: answers(body.pick({ show: true })),
    },
    handler: async (request) => {
      const user = userOf(request)
      const { show, reason } = request.body
      const where = { organisation: user.organisation, id: request.params.id }
      await contractors.showReporter(where, { show, reason, by: actorName(user) })
      return { show }
    },
  })
}
