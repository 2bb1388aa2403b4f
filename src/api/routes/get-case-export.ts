import { z } from 'zod'
import { actorName } from '../../domain/identity.ts'
import { caseExport } from '../../privacy/export-case.ts'
import type { Privacy } from '../../privacy/privacy.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api } from '../parts.ts'

const querystring = z.strictObject({
  /** `true`: for somebody else's eyes, without contacts and with contacts in texts replaced. */
  masked: z.enum(['true', 'false']).default('true'),
})

/** Everything about a case in one document; that it was taken is written down. */
export function getCaseExport(api: Api, { privacy }: { readonly privacy: Privacy }): void {
  api.route({
    method: 'GET',
    url: '/cases/:id/export',
    config: { permission: 'case.export' },
    schema: {
      tags: ['cases'],
      summary: 'Everything about a case, masked unless asked otherwise',
      params: byId,
      querystring,
      response: answers(caseExport),
    },
    handler: async (request) => {
      const user = userOf(request)
      const how = { case: request.params.id, masked: request.query.masked === 'true' }
      return await privacy.exportCase(user.organisation, how, actorName(user))
    },
  })
}
