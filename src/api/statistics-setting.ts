import type { ActiveConfiguration, Configurations } from '../configuration/active.ts'
import { staffNames } from '../assignment/staff-names.ts'
import type { Database } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { Language } from '../domain/language.ts'
import { createStatistics, type CaseStatistics } from '../statistics/create-statistics.ts'
import type { NamedBy, NamesOf } from '../statistics/names.ts'
import { contractorNames } from './contractor-names.ts'

/** Statistics by the zone, the areas and the names of the configuration in force. */
export function statisticsFor({
  database,
  configurations,
}: {
  readonly database: Database
  readonly configurations: Configurations
}): CaseStatistics {
  return createStatistics({
    database,
    setting: async (organisation) => {
      const configuration = await configurations.current(organisation)
      return {
        zone: configuration?.rules.zone ?? 'UTC',
        // Where areas overlap the first counts, so that nothing counts twice.
        areaOf: configuration?.routing.areaOf ?? (() => null),
        namesOf: namesOf(database, organisation, configuration),
      }
    },
  })
}

/** What figures and files of cases call what they have ids of: as it is configured, and called, now. */
export function namesOf(
  database: Database,
  organisation: OrganisationId,
  configuration: ActiveConfiguration | undefined,
): NamesOf {
  return async (by, { keys, language }) => {
    if (by === 'assignee') return await staffNames(database.read(organisation), keys)
    if (by === 'contractor') return await contractorNames(database, keys)
    const name = configuredName(configuration, by, language)
    return new Map(
      keys.flatMap((key) => {
        const called = name(key)
        return called === undefined ? [] : [[key, called]]
      }),
    )
  }
}

/** Months, channels and reasons are nothing that an organisation names. */
function configuredName(
  configuration: ActiveConfiguration | undefined,
  by: Exclude<NamedBy, 'assignee'>,
  language: Language,
): (key: string) => string | undefined {
  switch (by) {
    case 'category':
      return (key) => configuration?.categories.get(key)?.name[language]
    case 'area':
      return (key) => configuration?.areas.get(key)?.name
    case 'unit':
      return (key) => configuration?.units.get(key)?.name
    case 'asset':
      return (key) => configuration?.assets.get(key)?.name
    case 'contractor':
    case 'month':
    case 'source':
    case 'reason':
      return () => undefined
  }
}
