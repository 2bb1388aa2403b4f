import { z } from 'zod'
import type { ContractorCases } from '../../contractors/contractor-cases.ts'
import { organisationId } from '../../domain/ids.ts'
import { userOf } from '../authorise.ts'
import { id, photoSize } from '../inputs.ts'
import type { Api } from '../parts.ts'
import { problemView } from '../problem-reply.ts'
import { sendPhoto } from '../send-photo.ts'

const params = z.strictObject({ organisation: organisationId, id, photo: id })

/** A photo of a case that was granted to the contractor, as JPEG. */
export function getContractorCasePhoto(
  api: Api,
  { contractors }: { readonly contractors: Pick<ContractorCases, 'photo'> },
): void {
  api.route({
    method: 'GET',
    url: '/contractor/cases/:organisation/:id/photos/:photo',
    config: { permission: 'contractor.work' },
    schema: {
      tags: ['contractors'],
      summary: 'A photo of a case that was granted to you',
      params,
      querystring: photoSize,
      response: { '4xx': problemView, '5xx': problemView },
    },
    handler: async (request, reply) => {
      const { photo, ...where } = request.params
      const asked = { id: photo, size: request.query.size }
      return sendPhoto(reply, await contractors.photo(userOf(request), where, asked))
    },
  })
}
