import type { Moved } from './ledger.ts'
import type { AlarmChange, Footing } from './sources.ts'
import type { LifeCycleState } from './state.ts'

/** One change for each alarm that moved: as it was before the first step and after the last. */
export function changesOf(moves: readonly Moved[]): readonly AlarmChange[] {
  const byAlarm = Map.groupBy(moves, ({ entry }) => entry.alarm.id)
  return [...byAlarm].flatMap(([alarm, steps]): AlarmChange[] => {
    const first = steps[0]
    const step = steps.at(-1)
    if (first === undefined || step?.entry.last === undefined) return []
    const { entry, happening } = step
    const { event, rule, at } = happening
    const { organisation, rule: name, asset, discriminator } = entry.alarm
    return [
      {
        organisation,
        rule: name,
        asset,
        discriminator,
        alarm,
        facts: rule,
        priority: entry.alarm.priority,
        level: entry.state.level,
        occurrence: step.entry.last.id,
        at,
        before: footing(first.before),
        after: footing(entry.state),
        historical: 'historical' in event && event.historical,
      },
    ]
  })
}

function footing(state: LifeCycleState): Footing {
  const { condition, open, latched, acknowledged, told, suppression } = state
  return {
    active: condition === 'active',
    open,
    latched,
    acknowledged,
    told,
    suppressed: suppression.length > 0,
  }
}
