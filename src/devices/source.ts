import type { Envelope } from '../domain/log-record.ts'
import type { Reading } from '../domain/reading.ts'
import type { DecodableDevice, DecodeProblem } from './decoder.ts'

/** A raw message, who sent it, and the version of the configuration that is in force. */
export interface Source {
  readonly envelope: Envelope
  readonly device: DecodableDevice
  readonly version: number
}

/** What a message means. */
export interface Outcome {
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
