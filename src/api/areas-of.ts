import type { ActiveConfiguration } from '../configuration/active.ts'
import { indexAreas, type AreaIndex } from '../routing/areas.ts'

// A configuration never changes once it is read.
const indexes = new WeakMap<ActiveConfiguration, AreaIndex>()

/** The areas of a configuration by place, indexed once. */
export function areasOf(configuration: ActiveConfiguration): AreaIndex {
  const known = indexes.get(configuration)
  if (known !== undefined) return known
  const made = indexAreas(configuration.areas)
  indexes.set(configuration, made)
  return made
}
