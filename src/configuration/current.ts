import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import type { ActiveConfiguration, Configurations } from './active.ts'

/** The configuration in force now, also for code that may await nothing but the database. */
export interface CurrentConfiguration {
  /** Throws Problem not_found for an organisation without a configuration. */
  load(organisation: OrganisationId): Promise<ActiveConfiguration>
  /** What `load` found last; loading it first is the caller's duty. */
  loaded(organisation: OrganisationId): ActiveConfiguration
}

export function keepCurrent(configurations: Configurations): CurrentConfiguration {
  const newest = new Map<OrganisationId, ActiveConfiguration>()
  return {
    async load(organisation) {
      const configuration = await configurations.current(organisation)
      if (configuration === undefined) {
        throw new Problem({
          kind: 'not_found',
          what: `there is no organisation ${organisation}`,
          next: 'gatuvakt init makes one',
        })
      }
      newest.set(organisation, configuration)
      return configuration
    },
    loaded(organisation) {
      const configuration = newest.get(organisation)
      if (configuration === undefined) {
        throw new Error(`the configuration of ${organisation} was not loaded beforehand`)
      }
      return configuration
    },
  }
}
