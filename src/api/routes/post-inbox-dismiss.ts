import { actorName } from '../../domain/identity.ts'
import { writeAudit } from '../../identity/audit.ts'
import { dismissGroup } from '../../inbox/read.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { inboxGroupView, inboxGroupViewOf } from '../inbox-view.ts'
import { byId } from '../inputs.ts'
import { integrating } from '../integrating.ts'
import type { Api, ApiParts } from '../parts.ts'

/** Takes a group off the list of the inbox; it goes on to be counted. */
export function postInboxDismiss(
  api: Api,
  { database, clock }: Pick<ApiParts, 'database' | 'clock'>,
): void {
  api.route({
    method: 'POST',
    url: '/inbox/:id/dismiss',
    config: { permission: integrating },
    schema: {
      tags: ['integration'],
      summary: 'Take senders off the list that are not wanted',
      params: byId,
      response: answers(inboxGroupView),
    },
    handler: async (request) => {
      const user = userOf(request)
      const { organisation } = user
      const { id } = request.params
      const at = clock.now()
      const group = await dismissGroup(database, {
        organisation,
        id,
        at,
        noted: (work) =>
          writeAudit(work, {
            at,
            actor: actorName(user),
            action: 'inbox.dismiss',
            subject: id,
          }),
      })
      return inboxGroupViewOf(group)
    },
  })
}
