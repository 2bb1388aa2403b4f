import { z } from 'zod'
import type { ContractorCases } from '../../contractors/contractor-cases.ts'
import { contractorDetailView } from '../../contractors/views.ts'
import { organisationId } from '../../domain/ids.ts'
import { creates } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { id, photoIds } from '../inputs.ts'
import type { Api } from '../parts.ts'

const body = z.strictObject({
  photos: photoIds,
})

/** Shows what was done. */
export function postContractorCasePhotos(
  api: Api,
  { contractors }: { readonly contractors: Pick<ContractorCases, 'addPhotos'> },
): void {
  api.route({
    method: 'POST',
    url: '/contractor/cases/:organisation/:id/photos',
    config: { permission: 'contractor.work' },
    schema: {
      tags: ['contractors'],
      summary: 'Add photos to a case that was granted to you',
      params: z.strictObject({ organisation: organisationId, id }),
      body,
      response: creates(contractorDetailView),
    },
    handler: async (request, reply) => {
      const { photos } = request.body
      const seen = await contractors.addPhotos(userOf(request), request.params, photos)
      return reply.code(201).send(seen)
    },
  })
}
