import type { Alarms } from '../../alarms/alarms.ts'
import { alarmView } from '../../alarms/views.ts'
import { actorName } from '../../domain/identity.ts'
import type { Permission } from '../../identity/permissions.ts'
import { plainBody } from '../alarm-inputs.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

/** Commands that need no more than a click: one route each, all of the same shape. */
const commands: readonly {
  readonly path: string
  readonly run: Exclude<
    { [K in keyof Alarms]: Alarms[K] extends Alarms['reset'] ? K : never }[keyof Alarms],
    'comment' | 'acknowledge' | 'shelve' | 'outOfService'
  >
  readonly permission: Permission
  readonly summary: string
}[] = [
  {
    path: 'unacknowledge',
    run: 'unacknowledge',
    permission: 'alarm.acknowledge',
    summary: 'Take an acknowledgement back',
  },
  {
    path: 'confirm',
    run: 'confirm',
    permission: 'alarm.acknowledge',
    summary: 'Confirm, as a second person, that an alarm is dealt with',
  },
  {
    path: 'reset',
    run: 'reset',
    permission: 'alarm.acknowledge',
    summary: 'Reset a latched alarm',
  },
  {
    path: 'unshelve',
    run: 'unshelve',
    permission: 'alarm.shelve',
    summary: 'End the shelf of an alarm',
  },
  {
    path: 'in-service',
    run: 'inService',
    permission: 'alarm.service',
    summary: 'Put an alarm back into service',
  },
]

/** Unacknowledge, confirm, reset, unshelve and in-service. */
export function postAlarmCommands(api: Api, { alarms }: Pick<ApiParts, 'alarms'>): void {
  for (const { path, run, permission, summary } of commands) {
    api.route({
      method: 'POST',
      url: `/alarms/:id/${path}`,
      config: { permission },
      schema: {
        tags: ['alarms'],
        summary,
        params: byId,
        body: plainBody,
        response: answers(alarmView),
      },
      handler: (request) => {
        const user = userOf(request)
        const comment = request.body?.comment
        return alarms[run](user.organisation, request.params.id, {
          actor: actorName(user),
          ...(comment !== undefined && { comment }),
        })
      },
    })
  }
}
