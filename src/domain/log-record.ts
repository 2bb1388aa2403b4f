import type { OrganisationId } from './ids.ts'
import type { Position } from './position.ts'
import type { TimeUs } from './time.ts'

/** A raw message exactly as the field sent it, before anything was understood. */
export interface Envelope {
  readonly kind: 'envelope'
  readonly organisation: OrganisationId
  /** The configured connection it came through, for instance `mqtt` or `import`. */
  readonly connection: string
  /** Id of the device that the credential proved. A gateway's or bridge's message names the device in its topic. */
  readonly device: string
  /** MQTT topic, or the path a file or HTTP message stands for. */
  readonly topic: string
  readonly payload: Uint8Array
  /** When we heard it. */
  readonly ingest: TimeUs
  /** The broker replayed a retained message; it says nothing new about now. */
  readonly retained: boolean
  /** The sender says that it may have sent this before (the DUP flag of MQTT). */
  readonly repeated?: true
}

/** What the service itself tells the detector, in the same order as the readings. */
export type ControlRecord = {
  readonly kind: 'control'
  readonly organisation: OrganisationId
  /** When it was written. */
  readonly ingest: TimeUs
} & (
  | /** The detector asked to be woken at a time that has now come. */ {
      readonly control: 'timer'
    }
  | /** Nothing could be heard between `from` and `to`: the service was down or suspended. */ {
      readonly control: 'blind'
      readonly from: TimeUs
      readonly to: TimeUs
      readonly why: 'boot' | 'suspend'
    }
  | /** A sign of life on its way through the house; it changes nothing. */ {
      readonly control: 'heartbeat'
    }
  | /** From here on this version of the organisation's configuration holds. */ {
      readonly control: 'activation'
      readonly version: number
    }
)

/** What changes something for the detector; a sign of life only passes through. */
export type RuleControl = ControlRecord & {
  readonly control: 'timer' | 'blind' | 'activation'
}

export type LogRecord = Envelope | ControlRecord

/** A record with its place. */
export interface LogEntry {
  readonly position: Position
  readonly record: LogRecord
}
