import type { Alarms } from './alarms.ts'
import { command, notFound } from './commands.ts'
import { readAlarms, readJournal } from './queries.ts'
import { take, type TakeParts } from './take.ts'

/**
 * The life-cycle of alarms over a database. `effects` is what other folders do in the same
 * transaction; `ruleFacts` finds a rule's name and policy by its id.
 */
export function createAlarms(parts: TakeParts): Alarms {
  const get: Alarms['get'] = async (organisation, alarm) => {
    const [view] = await readAlarms(parts, organisation, { alarm })
    if (view === undefined) throw notFound(alarm)
    return view
  }
  return {
    take: (organisation, transitions, facts) =>
      take(parts, organisation, transitions, facts),
    list: (organisation, filter) => readAlarms(parts, organisation, filter),
    get,
    journal: (organisation, alarm) => readJournal(parts, organisation, alarm),
    acknowledge: async (organisation, alarm, { actor, raise, comment }) => {
      await command(parts, organisation, alarm, {
        event: { kind: 'acknowledge', raise },
        actor,
        ...(comment !== undefined && { comment }),
      })
      return get(organisation, alarm)
    },
    openCase: async (organisation, alarm, actor) => {
      const event = { kind: 'case_opened' } as const
      const opened = await command(parts, organisation, alarm, { event, actor })
      if (opened === undefined) throw new Error(`alarm ${alarm} was given no case`)
      return { case: opened }
    },
  }
}
