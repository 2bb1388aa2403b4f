import type { Configurations } from '../configuration/active.ts'
import type { Database } from '../database/database.ts'
import { createStatistics, type CaseStatistics } from '../statistics/create-statistics.ts'

/** Statistics by the zone and the areas of the configuration in force. */
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
      if (configuration === undefined) return { zone: 'UTC', areaOf: () => null }
      // Where areas overlap the first counts, so that nothing counts twice.
      return { zone: configuration.rules.zone, areaOf: configuration.routing.areaOf }
    },
  })
}
