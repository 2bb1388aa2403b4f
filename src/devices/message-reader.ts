import type { Quality, QualityCode } from '../domain/reading.ts'
import type { TimeUs } from '../domain/time.ts'
import type { DecodeProblem } from './decoder.ts'

/** What a message says of one point, in the protocol's own terms. */
export interface Said {
  /** Before scale, enum and bit; undefined or null: it says nothing, or nothing usable. */
  readonly raw: unknown
  /** The source's own word on it, where the protocol has one; left out: good. */
  readonly quality?: Quality
  readonly code?: QualityCode
  /** The protocol's code behind it: an OPC UA StatusCode, a Modbus exception. */
  readonly native?: number
  /** When the device says it measured. */
  readonly source?: TimeUs
  /** When a gateway or server between us says it heard. */
  readonly server?: TimeUs
  /** Why a bad value is bad, for the integrator. */
  readonly problem?: DecodeProblem
}

/** A message that could be read. */
export interface Understood {
  readonly ok: true
  /**
   * Everything the message says of this point, oldest first; empty when it does not speak of it.
   * A point the message should have spoken of and did not is the decoder's to report.
   */
  readonly say: (point: string) => readonly Said[]
  /** Messages of this protocol speak of some points at a time, so silence is no fault. */
  readonly partial: boolean
  readonly problems?: readonly DecodeProblem[]
}

export type Message =
  | Understood
  | {
      readonly ok: false
      readonly problem: DecodeProblem
    }

/**
 * Reads messages of one protocol for one device type: bytes as they are in the log to what they say
 * of each point. Made once for a type. Never throws and never rejects: bad field data is a value.
 */
export type MessageReader = (payload: Uint8Array) => Message | Promise<Message>
