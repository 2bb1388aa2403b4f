import type { Envelope } from '../domain/log-record.ts'
import type { PointId } from '../domain/ids.ts'
import type { Reading } from '../domain/reading.ts'
import type { DeviceType } from './device-type.ts'

/** A device as the decoder sees it. */
export interface DecodableDevice {
  readonly type: DeviceType
  /** Point key of the type → its id. */
  readonly points: ReadonlyMap<string, PointId>
  /** Version of what runs on it; unknown: it has no points of some versions only. */
  readonly firmware?: string
  /** Values that codecs and expressions of the type may refer to. */
  readonly params?: Readonly<Record<string, string | number>>
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

/** What a message means. */
export interface Decoded {
  readonly readings: readonly Reading[]
  readonly problems: readonly DecodeProblem[]
}

/** A point that the type has and the configuration issued no id for. */
export function unnumbered({ key }: { readonly key: string }): DecodeProblem {
  return {
    reason: 'unnumbered_point',
    detail: `${key}: the configuration issued no id for this point; activate it again`,
  }
}

/**
 * Raw message in, readings out: at once where the type only says where values stand, later where it
 * brings code. Never throws: bad field data is a value. Rejects only while the sandbox of that code
 * cannot be started or is closed; the message is then decoded again.
 */
export type Decode = (envelope: Envelope) => Decoded | Promise<Decoded>
