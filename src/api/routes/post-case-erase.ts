import { z } from 'zod'
import { actorName } from '../../domain/identity.ts'
import type { Privacy } from '../../privacy/privacy.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId, id } from '../inputs.ts'
import type { Api } from '../parts.ts'
import { erasedCount } from '../privacy-views.ts'

const body = z.strictObject({
  /** One report or follow-up of the case; left out: the case and those merged into it. */
  report: id.exactOptional(),
})

/** Destroys personal data for good. */
export function postCaseErase(api: Api, { privacy }: { readonly privacy: Privacy }): void {
  api.route({
    method: 'POST',
    url: '/cases/:id/erase',
    config: { permission: 'case.erase' },
    schema: {
      tags: ['cases'],
      summary: 'Destroy the personal data of a case, or of one report',
      description:
        'Cannot be undone. Refused while the case is under a legal hold. Its statistics stay.',
      params: byId,
      body,
      response: answers(erasedCount),
    },
    handler: async (request) => {
      const user = userOf(request)
      const { id: caseId } = request.params
      const { report } = request.body
      const what = report === undefined ? { case: caseId } : { id: report, case: caseId }
      return { erased: await privacy.erase(user.organisation, what, actorName(user)) }
    },
  })
}
