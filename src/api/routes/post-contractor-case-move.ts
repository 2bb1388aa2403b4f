import { z } from 'zod'
import { caseState } from '../../cases/views.ts'
import type { ContractorCases } from '../../contractors/contractor-cases.ts'
import { contractorDetailView } from '../../contractors/views.ts'
import { organisationId } from '../../domain/ids.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { id, isoTime } from '../inputs.ts'
import type { Api } from '../parts.ts'

const body = z.strictObject({
  to: caseState,
  /** The version that the person saw; a newer one is not moved unseen. */
  version: z.int().min(0),
  /** For the staff of those it works for. */
  text: z.string().trim().min(1).max(2_000).optional(),
  /** For `planned`: when. */
  at: isoTime.optional(),
})

/** Says how the work on a granted case goes. */
export function postContractorCaseMove(
  api: Api,
  { contractors }: { readonly contractors: Pick<ContractorCases, 'move'> },
): void {
  api.route({
    method: 'POST',
    url: '/contractor/cases/:organisation/:id/move',
    config: { permission: 'contractor.work' },
    schema: {
      tags: ['contractors'],
      summary: 'Say how the work on a case goes',
      params: z.strictObject({ organisation: organisationId, id }),
      body,
      response: answers(contractorDetailView),
    },
    handler: (request) => {
      const { to, version, text, at } = request.body
      return contractors.move(userOf(request), request.params, {
        to,
        version,
        ...(text !== undefined && { text }),
        ...(at !== undefined && { at }),
      })
    },
  })
}
