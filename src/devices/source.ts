import type { Envelope } from '../domain/log-record.ts'
import type { DecodableDevice } from './decoder.ts'

/** A raw message, who sent it, and the version of the configuration that is in force. */
export interface Source {
  readonly envelope: Envelope
  readonly device: DecodableDevice
  readonly version: number
}
