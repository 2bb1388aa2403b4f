import { actorName } from '../../domain/identity.ts'
import { writeAudit } from '../../identity/audit.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { deskTestView, deskTestViewOf, desksOf, type DeskParts } from '../desk-view.ts'
import { byId } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

/** Sends a marked test to everybody a desk tells, and says how each went; takes up to 15 s. */
export function postDeskTest(
  api: Api,
  parts: Pick<ApiParts, 'database' | 'clock'> & DeskParts,
): void {
  api.route({
    method: 'POST',
    url: '/desks/:id/test',
    config: { permission: 'desk.test' },
    schema: {
      tags: ['desks'],
      summary: 'Send a test to everybody a desk tells',
      params: byId,
      response: answers(deskTestView),
    },
    handler: async (request) => {
      const user = userOf(request)
      const { organisation } = user
      const { id } = request.params
      const results = await desksOf(parts).test(organisation, id)
      const entry = {
        at: parts.clock.now(),
        actor: actorName(user),
        action: 'desk.test',
        subject: id,
      }
      await parts.database.write(organisation, 'normal', (work) => writeAudit(work, entry))
      return deskTestViewOf(results)
    },
  })
}
