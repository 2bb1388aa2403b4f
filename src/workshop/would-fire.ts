import type { Reading, Value } from '../domain/reading.ts'
import { judgeOf } from '../rules/conditions/registry.ts'
import type { FiringRule, TryFor } from './try-message.ts'

/**
 * The rules of the device's asset that these readings would make true if they came now: the first
 * half of an alarm; the on-delay is the other. Silence is no subject here: something was just said.
 */
export function wouldFire(
  { configuration, device }: TryFor,
  readings: ReadonlyMap<string, Reading>,
): FiringRule[] {
  const roles = rolesOf({ configuration, device })
  return configuration.rules.targets.flatMap((target): FiringRule[] => {
    const { rule, ruleId, asset } = target
    const judge = judgeOf(rule.condition)
    if (judge.clock !== 'event' || !target.devices.includes(device)) return []
    const reading = readings.get(roles.get(judge.role) ?? judge.role)
    if (reading === undefined || reading.quality === 'bad') return []
    const value = countable(reading.value)
    if (value === undefined || !judge.holds(value, false)) return []
    const { name, priority, faultClass, onDelay, confirm } = rule
    const opensCase = confirm === 'immediately'
    const { role } = judge
    return [{ rule: ruleId, name, asset, role, priority, faultClass, onDelay, opensCase }]
  })
}

/** Role → point key, as the configuration binds them; a point it does not know yet is its own role. */
function rolesOf({ configuration, device }: TryFor): Map<string, string> {
  const points =
    configuration.decode.devices.get(device)?.points ?? new Map<string, number>()
  const keys = new Map([...points].map(([key, id]) => [Number(id), key]))
  const roles = new Map<string, string>()
  for (const own of configuration.assetPoints.values()) {
    for (const one of own) {
      const key = one.device === device ? keys.get(one.point) : undefined
      if (key !== undefined) roles.set(one.role, key)
    }
  }
  return roles
}

/** As rules see it: true is 1; a text is no number. */
function countable(value: Value): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'number' ? value : undefined
}
