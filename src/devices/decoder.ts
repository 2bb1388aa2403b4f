import type { Envelope } from '../domain/log-record.ts'
import type { PointId } from '../domain/ids.ts'
import type { Position } from '../domain/position.ts'
import type { DecodedEnvelope } from '../domain/reading.ts'
import type { DeviceType } from './device-type.ts'

/** A device as the decoder sees it. */
export interface DecodableDevice {
  readonly type: DeviceType
  /** Point key of the type → its id. */
  readonly points: ReadonlyMap<string, PointId>
}

/** All that decoding depends on, so that the same envelope always decodes the same way. */
export interface DecodeConfiguration {
  /** Version of the organisation's configuration. */
  readonly version: number
  /** By device id. */
  readonly devices: ReadonlyMap<string, DecodableDevice>
}

/** Something in a message that could not be understood; the rest of it still counts. */
export interface DecodeProblem {
  /** Fixed and counted: `not_json`, `unknown_device`, `missing`, `wrong_type`, `not_finite`, `out_of_range`, `bad_time`, … */
  readonly reason: string
  /** What, where and what next, for the integrator. */
  readonly detail: string
}

export interface Decoded {
  readonly envelope: DecodedEnvelope
  readonly problems: readonly DecodeProblem[]
}

/** Raw message in, readings out. Never throws: bad field data is a value. */
export type Decode = (envelope: Envelope, position: Position) => Decoded
