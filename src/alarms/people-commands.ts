import type { Alarms, By } from './alarms.ts'
import { command, type Command } from './commands.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { PersonAsks } from './events.ts'
import { checkText } from './refusals.ts'
import { shelf } from './shelf.ts'
import type { AlarmParts } from './take.ts'

type PeopleCommands = Pick<
  Alarms,
  | 'acknowledge'
  | 'unacknowledge'
  | 'confirm'
  | 'reset'
  | 'shelve'
  | 'unshelve'
  | 'outOfService'
  | 'inService'
  | 'comment'
  | 'openCase'
>

/** What people may ask, each answered with the alarm as it is then. */
export function createPeopleCommands(
  parts: AlarmParts,
  get: Alarms['get'],
): PeopleCommands {
  const carryOut = async (organisation: OrganisationId, alarm: string, what: Command) => {
    await command(parts, organisation, alarm, what)
    return get(organisation, alarm)
  }
  const plainly =
    (event: PersonAsks) => (organisation: OrganisationId, alarm: string, by: By) =>
      carryOut(organisation, alarm, { ...by, event: () => event })

  return {
    acknowledge: (organisation, alarm, { raise, ...by }) =>
      plainly({ kind: 'acknowledge', raise })(organisation, alarm, by),
    unacknowledge: plainly({ kind: 'unacknowledge' }),
    confirm: (organisation, alarm, by) =>
      carryOut(organisation, alarm, {
        ...by,
        event: ({ last }) => ({
          kind: 'confirm',
          same: last?.acknowledged_by === by.actor,
        }),
      }),
    reset: plainly({ kind: 'reset' }),
    shelve: async (organisation, alarm, request) => {
      checkText('reason', request.reason)
      return carryOut(organisation, alarm, {
        actor: request.actor,
        comment: request.reason,
        event: (entry, now) => ({
          kind: 'shelve',
          reason: shelf(request, entry.alarm.priority, now),
        }),
      })
    },
    unshelve: plainly({ kind: 'unshelve' }),
    outOfService: async (organisation, alarm, { actor, workOrder, reason }) => {
      checkText('reason', reason)
      checkText('workOrder', workOrder)
      const out = { kind: 'outOfService', ref: workOrder, by: actor, reason } as const
      const event = { kind: 'out_of_service', reason: out } as const
      return plainly(event)(organisation, alarm, { actor, comment: reason })
    },
    inService: plainly({ kind: 'in_service' }),
    comment: plainly({ kind: 'comment' }),
    openCase: async (organisation, alarm, actor) => {
      const opened = await command(parts, organisation, alarm, { event: openCase, actor })
      if (opened === null) throw new Error(`alarm ${alarm} was given no case`)
      return { case: opened }
    },
  }
}

function openCase(): PersonAsks {
  return { kind: 'case_opened' }
}
