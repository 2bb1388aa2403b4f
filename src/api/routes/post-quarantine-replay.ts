import { actorName } from '../../domain/identity.ts'
import { writeAudit } from '../../identity/audit.ts'
import { getQuarantined, replayQuarantined } from '../../ingest/quarantine.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'
import { replayedView } from '../quarantine-view.ts'

/** Writes a reading to the store once more; it leaves the quarantine when it lands. */
export function postQuarantineReplay(
  api: Api,
  { database, store, clock }: Pick<ApiParts, 'database' | 'store' | 'clock'>,
): void {
  api.route({
    method: 'POST',
    url: '/quarantine/:id/replay',
    config: { permission: 'quarantine.replay' },
    schema: {
      tags: ['ingest'],
      summary: 'Store a reading after all',
      params: byId,
      response: answers(replayedView),
    },
    handler: async (request) => {
      const user = userOf(request)
      const { organisation } = user
      const row = await getQuarantined(database, request.params.id, { organisation })
      const replayed = await replayQuarantined(
        {
          database,
          store,
          removed: (work, { id }) =>
            writeAudit(work, {
              at: clock.now(),
              actor: actorName(user),
              action: 'quarantine.replay',
              subject: id,
            }),
        },
        row,
      )
      return { reason: null, ...replayed }
    },
  })
}
