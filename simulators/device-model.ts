import type { TimeUs } from '../src/domain/time.ts'
import type { FaultName } from './fault.ts'

/** What surrounds a device at the moment it measures. */
export interface World {
  readonly at: TimeUs
  /** The sun is down, so lamps are commanded on. */
  readonly dark: boolean
  /** Its feeder has voltage. */
  readonly powered: boolean
  readonly faults: ReadonlySet<FaultName>
}

/** How one kind of device behaves. */
export interface DeviceModel {
  /** The fields of its message but the time. Moves the device's inner state on. */
  measure(world: World): Record<string, unknown>
  /** The time as this device writes it. */
  stamp(at: TimeUs): number
}

/** Rounded as a sensor's own resolution would. */
export function rounded(value: number, digits: number): number {
  const factor = 10 ** digits
  return Math.round(value * factor) / factor
}
