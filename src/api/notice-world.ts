import type { Configurations } from '../configuration/active.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { NoticeWorld } from '../notices/matching.ts'
import { areasOf } from './areas-of.ts'

/** Assets and areas as notices see them, by the configuration in force. */
export async function noticeWorld(
  configurations: Configurations,
  organisation: OrganisationId,
): Promise<NoticeWorld> {
  const configuration = await configurations.current(organisation)
  if (configuration === undefined) return { assets: new Map(), isIn: () => false }
  const areas = areasOf(configuration)
  return {
    assets: configuration.assets,
    isIn: (area, place) => areas.containing(place).has(area),
  }
}
