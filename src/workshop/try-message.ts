import type { ActiveConfiguration } from '../configuration/active.ts'
import type { DecodeProblem } from '../devices/decoder.ts'
import type { DeviceType } from '../devices/device-type.ts'
import type { LocalText } from '../domain/language.ts'
import type { Quality, QualityCode, Value } from '../domain/reading.ts'
import type { TimeUs } from '../domain/time.ts'
import { decodeMessage, type Message } from './decode-message.ts'
import { hintsOf, type Hint } from './hints.ts'
import { rawValues } from './raw-values.ts'
import { wouldFire } from './would-fire.ts'

/** One point of a message: as it came, and what it means. */
export interface TriedPoint {
  readonly point: string
  /** In the protocol's own terms, as text; undefined when the message says nothing of it. */
  readonly raw: string | undefined
  readonly value: Value
  readonly unit: string | undefined
  readonly quality: Quality
  readonly code: QualityCode
  readonly native: number | undefined
  readonly effective: TimeUs
}

/** A rule that this message would make true. */
export interface FiringRule {
  readonly rule: string
  readonly name: LocalText
  readonly asset: string
  readonly role: string
  readonly priority: number
  readonly faultClass: string
  /** How long it must stay so before it is an alarm, in µs. */
  readonly onDelay: number
  /** The alarm opens a case by itself. */
  readonly opensCase: boolean
}

export interface Tried {
  readonly points: readonly TriedPoint[]
  readonly problems: readonly DecodeProblem[]
  /** What is probably wrong with the type itself. */
  readonly hints: readonly Hint[]
  /** Undefined when there was no device whose rules could be asked. */
  readonly alarms: readonly FiringRule[] | undefined
}

/** A device whose rules are asked. */
export interface TryFor {
  readonly configuration: ActiveConfiguration
  /** Its id. */
  readonly device: string
}

/** Decodes a message with a type that need not be in force, and asks the rules. Keeps nothing. */
export async function tryMessage(
  type: DeviceType,
  message: Message,
  asked?: TryFor,
): Promise<Tried> {
  const speaker = asked?.configuration.decode.devices.get(asked.device)
  const { params = {}, firmware } = speaker ?? {}
  const one = { params, ...(firmware !== undefined && { firmware }) }
  const { readings, problems } = await decodeMessage(type, message, one)
  const { payload, ingest } = message
  const raw = await rawValues(type, payload, { ingest, params })
  const points = [...readings].map(([point, reading]): TriedPoint => {
    const { value, quality, code, native, effective } = reading
    const unit = type.points[point]?.unit
    return { point, raw: raw.get(point), value, unit, quality, code, native, effective }
  })
  const alarms = asked === undefined ? undefined : wouldFire(asked, readings)
  return { points, problems, hints: hintsOf(type, message.payload), alarms }
}
