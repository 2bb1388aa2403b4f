import { createTopology } from '../alarms/topology/graph.ts'
import type { Town } from '../alarms/topology/town.ts'
import type { ActiveConfiguration } from './active.ts'

const towns = new WeakMap<ActiveConfiguration, Town>()

/** What alarms must know of a configuration's topology; made once for each. */
export function townOf(configuration: ActiveConfiguration): Town {
  const known = towns.get(configuration)
  if (known !== undefined) return known
  const { assets, ruleFacts, rules } = configuration
  const watched = Map.groupBy(rules.targets, ({ ruleId }) => ruleId)
  const sets = new Map(
    [...watched].map(([rule, targets]) => [
      rule,
      new Set(targets.map(({ asset }) => asset)),
    ]),
  )
  const town: Town = {
    topology: createTopology(assets),
    rules: ruleFacts,
    watchedBy: (rule) => sets.get(rule) ?? new Set(),
  }
  towns.set(configuration, town)
  return town
}
