import type { ActiveConfiguration, Configurations } from '../configuration/active.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { NoticeWorld } from '../notices/matching.ts'
import type { StormWorld } from '../notices/storms.ts'
import { areasOf } from './areas-of.ts'

/** Assets and areas as notices see them, by the configuration in force. */
export async function noticeWorld(
  configurations: Configurations,
  organisation: OrganisationId,
): Promise<NoticeWorld> {
  const configuration = await configurations.current(organisation)
  if (configuration === undefined) return { assets: new Map(), isIn: () => false }
  return worldOf(configuration)
}

/** The same, and what storms must know, by a configuration that is there. */
export function stormWorld(configuration: ActiveConfiguration): StormWorld {
  const { routing, serviceLevels } = configuration
  return {
    ...worldOf(configuration),
    areaOf: (place) => routing.areaOf(place) ?? '',
    hasLevel: (level) => serviceLevels.has(level),
  }
}

function worldOf(configuration: ActiveConfiguration): NoticeWorld {
  const areas = areasOf(configuration)
  return {
    assets: configuration.assets,
    isIn: (area, place) => areas.containing(place).has(area),
  }
}
