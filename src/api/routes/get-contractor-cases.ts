import { z } from 'zod'
import type { ContractorCases } from '../../contractors/contractor-cases.ts'
import { contractorCaseView } from '../../contractors/views.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { listLimit } from '../inputs.ts'
import type { Api } from '../parts.ts'

/** What others granted to the contractor, over all organisations it works for. */
export function getContractorCases(
  api: Api,
  { contractors }: { readonly contractors: Pick<ContractorCases, 'list'> },
): void {
  api.route({
    method: 'GET',
    url: '/contractor/cases',
    config: { permission: 'contractor.work' },
    schema: {
      tags: ['contractors'],
      summary: 'List the cases that were granted to you',
      querystring: z.strictObject({
        which: z.enum(['open', 'all']).default('open'),
        limit: listLimit,
      }),
      response: answers(z.object({ cases: z.array(contractorCaseView) })),
    },
    handler: async (request) => {
      return { cases: [...(await contractors.list(userOf(request), request.query))] }
    },
  })
}
