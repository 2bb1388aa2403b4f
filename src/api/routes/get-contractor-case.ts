import { z } from 'zod'
import type { ContractorCases } from '../../contractors/contractor-cases.ts'
import { contractorDetailView } from '../../contractors/views.ts'
import { organisationId } from '../../domain/ids.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { id } from '../inputs.ts'
import type { Api } from '../parts.ts'

/** One case that was granted to the contractor; any other is not found. */
export function getContractorCase(
  api: Api,
  { contractors }: { readonly contractors: Pick<ContractorCases, 'get'> },
): void {
  api.route({
    method: 'GET',
    url: '/contractor/cases/:organisation/:id',
    config: { permission: 'contractor.work' },
    schema: {
      tags: ['contractors'],
      summary: 'One case that was granted to you',
      params: z.strictObject({ organisation: organisationId, id }),
      response: answers(contractorDetailView),
    },
    handler: (request) => contractors.get(userOf(request), request.params),
  })
}
