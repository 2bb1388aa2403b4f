import type { DeviceType } from '../devices/device-type.ts'
import type { Value } from '../domain/reading.ts'

type Point = DeviceType['points'][string]

/**
 * What a healthy device of this type would say after so many steps: measures move gently around the
 * middle of their range, counters grow, states stay. The same step always says the same.
 */
export function healthyValues(type: DeviceType, step: number): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>()
  for (const [index, [key, point]] of Object.entries(type.points).entries()) {
    values.set(key, healthyValue(point, step + index))
  }
  return values
}

/** What stands for trouble at this point: true, the last state of the list, or the end of the range. */
export function faultyValue(point: Point): Value {
  if (point.enum !== undefined) return Object.values(point.enum).at(-1) ?? null
  if (isSwitch(point)) return true
  switch (point.kind) {
    case 'measure':
      return point.range?.[0] ?? 0
    case 'counter':
      return 0
    case 'state':
      return true
    case 'text':
      return 'fault'
  }
}

function healthyValue(point: Point, step: number): Value {
  if (point.enum !== undefined) return Object.values(point.enum)[0] ?? null
  if (isSwitch(point)) return false
  switch (point.kind) {
    case 'measure': {
      const [low, high] = point.range ?? [0, 100]
      const wave = 0.5 + 0.05 * Math.sin(step / 5)
      return rounded(low + (high - low) * wave)
    }
    case 'counter':
      return 1_000 + step
    case 'state':
      return false
    case 'text':
      return 'simulated'
  }
}

/** True and false: a coil, a bit of a word. */
function isSwitch(point: Point): boolean {
  const coil = 'table' in point && (point.table === 'coil' || point.table === 'discrete')
  return coil || point.bit !== undefined
}

/** Short enough for people and for whatever the device stores it in. */
function rounded(value: number): number {
  return Number(value.toPrecision(3))
}
