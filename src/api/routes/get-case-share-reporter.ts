import { z } from 'zod'
import type { ContractorCases } from '../../contractors/contractor-cases.ts'
import { sharingView } from '../../contractors/views.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api } from '../parts.ts'

/** Whether the contractor of a case knows who reported it. */
export function getCaseShareReporter(
  api: Api,
  { contractors }: { readonly contractors: Pick<ContractorCases, 'sharing'> },
): void {
  api.route({
    method: 'GET',
    url: '/cases/:id/share-reporter',
    config: { permission: 'case.read' },
    schema: {
      tags: ['cases'],
      summary: 'Whether the contractor of a case knows who reported it',
      description: 'Null: no contractor has the case.',
      params: byId,
      response: answers(z.object({ sharing: sharingView.nullable() })),
    },
    handler: async (request) => {
      const { organisation } = userOf(request)
      return { sharing: await contractors.sharing({ organisation, id: request.params.id }) }
    },
  })
}
