import { actorName } from '../../domain/identity.ts'
import { writeAudit } from '../../identity/audit.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { channelEnabledView, desksOf, type DeskParts } from '../desk-view.ts'
import { byId } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

/** Takes a channel back into use whose receiver had said that it is gone. */
export function postChannelEnable(
  api: Api,
  parts: Pick<ApiParts, 'database' | 'clock'> & DeskParts,
): void {
  api.route({
    method: 'POST',
    url: '/channels/:id/enable',
    config: { permission: 'desk.test' },
    schema: {
      tags: ['desks'],
      summary: 'Take a channel back into use that is out of order',
      params: byId,
      response: answers(channelEnabledView),
    },
    handler: async (request) => {
      const user = userOf(request)
      const { organisation } = user
      const { id } = request.params
      const enabled = await desksOf(parts).enableChannel(organisation, id)
      const entry = {
        at: parts.clock.now(),
        actor: actorName(user),
        action: 'channel.enable',
        subject: id,
        detail: { enabled },
      }
      await parts.database.write(organisation, 'normal', (work) => writeAudit(work, entry))
      return { enabled }
    },
  })
}
