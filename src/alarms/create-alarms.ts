import type { Alarms } from './alarms.ts'
import { impliedSource } from './implied.ts'
import { createMaintenance } from './maintenance.ts'
import { maintenanceSource } from './maintenance-source.ts'
import { createPeopleCommands } from './people-commands.ts'
import { readAlarms, readJournal } from './queries.ts'
import { notFound } from './refusals.ts'
import { runTimers } from './run-timers.ts'
import type { SuppressionSource } from './sources.ts'
import { take, type AlarmParts } from './take.ts'
import { readWhy } from './why.ts'

/**
 * The life-cycle of alarms over a database. `effects` is what other folders do in the same
 * transaction; `rules` looks up what rules say; `sources` are asked for suppression after
 * `impliedBy` and maintenance.
 */
export function createAlarms(
  given: Omit<AlarmParts, 'sources'> & { readonly sources?: readonly SuppressionSource[] },
): Alarms {
  const sources = [impliedSource, maintenanceSource, ...(given.sources ?? [])]
  const parts: AlarmParts = { ...given, sources }
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
    why: (organisation, alarm) => readWhy(parts, organisation, alarm),
    ...createPeopleCommands(parts, get),
    maintenance: createMaintenance(parts),
    runTimers: (failed) => runTimers(parts, failed),
  }
}
