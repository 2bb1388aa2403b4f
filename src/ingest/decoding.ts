import type { ActiveConfiguration, Configurations } from '../configuration/active.ts'
import { createDecoder } from '../devices/decode.ts'
import type { Decode, DecodeProblem } from '../devices/decoder.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { ControlRecord, Envelope, LogEntry } from '../domain/log-record.ts'
import type { Position } from '../domain/position.ts'
import type { DecodedEnvelope } from '../domain/reading.ts'

/** A log entry, understood with the configuration that was in force at its place. */
export type DecodedEntry = {
  readonly organisation: OrganisationId
  readonly position: Position
} & (
  | {
      readonly kind: 'readings'
      readonly envelope: Envelope
      readonly decoded: DecodedEnvelope
      readonly problems: readonly DecodeProblem[]
    }
  | {
      readonly kind: 'control'
      readonly record: ControlRecord & { readonly control: 'timer' | 'blind' }
    }
  | {
      readonly kind: 'activation'
      readonly record: ControlRecord
      readonly configuration: ActiveConfiguration
    }
)

/** Decodes for one consumer, which reads the log in order. */
export interface Decoding {
  decode(entry: LogEntry): Promise<DecodedEntry>
}

const decodeNothing: Decode = createDecoder({ version: 0, devices: new Map() })

/** Follows the activation records of every organisation, from wherever the consumer starts. */
export function createDecoding(configurations: Configurations): Decoding {
  const decoders = new Map<OrganisationId, Decode>()

  async function decoderAt(
    organisation: OrganisationId,
    position: Position,
  ): Promise<Decode> {
    const known = decoders.get(organisation)
    if (known !== undefined) return known
    const version = await configurations.versionAt(organisation, position)
    const decode =
      version === undefined
        ? decodeNothing
        : createDecoder((await configurations.at(organisation, version)).decode)
    decoders.set(organisation, decode)
    return decode
  }

  return {
    async decode({ position, record }) {
      const { organisation } = record
      if (record.kind === 'envelope') {
        const decode = await decoderAt(organisation, position)
        const { envelope: decoded, problems } = decode(record, position)
        return {
          kind: 'readings',
          organisation,
          position,
          envelope: record,
          decoded,
          problems,
        }
      }
      if (record.control !== 'activation') {
        return { kind: 'control', organisation, position, record }
      }
      const configuration = await configurations.at(organisation, record.version)
      decoders.set(organisation, createDecoder(configuration.decode))
      return { kind: 'activation', organisation, position, record, configuration }
    },
  }
}
