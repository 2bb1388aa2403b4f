import { z } from 'zod'
import { alarmView } from '../../alarms/views.ts'
import { actorName } from '../../domain/identity.ts'
import { comment } from '../alarm-inputs.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

/** Adds a line to the journal of an alarm. */
export function postAlarmComment(api: Api, { alarms }: Pick<ApiParts, 'alarms'>): void {
  api.route({
    method: 'POST',
    url: '/alarms/:id/comment',
    config: { permission: 'alarm.comment' },
    schema: {
      tags: ['alarms'],
      summary: 'Comment on an alarm',
      params: byId,
      body: z.strictObject({ comment }),
      response: answers(alarmView),
    },
    handler: (request) => {
      const user = userOf(request)
      return alarms.comment(user.organisation, request.params.id, {
        actor: actorName(user),
        comment: request.body.comment,
      })
    },
  })
}
