import { roleName } from '../../domain/ids.ts'
import type { DeviceType } from '../device-type.ts'

/** Behind the name of a point: whether its alarm was acknowledged at the source. */
const suffix = '.acked'

interface Mistake {
  readonly path: readonly string[]
  readonly message: string
}

/** Alarms whose companion could not be named. */
export function acknowledgedMistakes(type: DeviceType): Mistake[] {
  if (type.protocol !== 'opcua') return []
  return companions(type).flatMap(({ key }): Mistake[] =>
    roleName.safeParse(`${key}${suffix}`).success
      ? []
      : [
          {
            path: ['points', key],
            message: `a name of three parts at most, because ${key}${suffix} is a point too`,
          },
        ],
  )
}

/**
 * Adds to every condition that is an alarm the point `<point>.acked`, true while the source says that
 * somebody has acknowledged it there. A type that has such a point of its own keeps it.
 */
export function withAcknowledged<T extends DeviceType>(type: T): T {
  if (type.protocol !== 'opcua') return type
  const added = companions(type)
  if (added.length === 0) return type
  const points = Object.fromEntries(
    added.map(({ key, condition }) => [
      `${key}${suffix}`,
      {
        kind: 'state' as const,
        scale: 1,
        offset: 0,
        optional: true,
        condition,
        says: 'acked' as const,
      },
    ]),
  )
  return { ...type, points: { ...type.points, ...points } }
}

/** The point that says whether this one's alarm was acknowledged at its source; undefined: none does. */
export function acknowledgedBy(type: DeviceType, key: string): string | undefined {
  if (type.protocol !== 'opcua') return undefined
  const condition = type.points[key]?.condition
  if (condition === undefined) return undefined
  const found = Object.entries(type.points).find(
    ([, point]) => point.condition === condition && point.says === 'acked',
  )
  return found?.[0]
}

/** Conditions that need such a point and have none. */
function companions(
  type: Extract<DeviceType, { readonly protocol: 'opcua' }>,
): { readonly key: string; readonly condition: string }[] {
  const own = new Set(
    Object.values(type.points).flatMap(({ condition, says }) =>
      condition !== undefined && says === 'acked' ? [condition] : [],
    ),
  )
  return Object.entries(type.points).flatMap(([key, { condition, alarm }]) =>
    alarm === undefined || condition === undefined || own.has(condition)
      ? []
      : [{ key, condition }],
  )
}
