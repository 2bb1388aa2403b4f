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
  /** At once, unless the configuration in force must be loaded first. */
  decode(entry: LogEntry): DecodedEntry | Promise<DecodedEntry>
}

const decodeNothing: Decode = createDecoder({ version: 0, devices: new Map() })

/** Follows the activation records of every organisation, from wherever the consumer starts. */
export function createDecoding(configurations: Configurations): Decoding {
  const decoders = new Map<OrganisationId, Decode>()

  async function loadDecoder(
    organisation: OrganisationId,
    position: Position,
  ): Promise<Decode> {
    const version = await configurations.versionAt(organisation, position)
    const decode =
      version === undefined
        ? decodeNothing
        : createDecoder((await configurations.at(organisation, version)).decode)
    decoders.set(organisation, decode)
    return decode
  }

  async function activate(
    position: Position,
    record: ControlRecord & { readonly control: 'activation' },
  ): Promise<DecodedEntry> {
    const { organisation } = record
    const configuration = await configurations.at(organisation, record.version)
    decoders.set(organisation, createDecoder(configuration.decode))
    return { kind: 'activation', organisation, position, record, configuration }
  }

  return {
    decode({ position, record }) {
      const { organisation } = record
      if (record.kind === 'envelope') {
        const decode = decoders.get(organisation)
        if (decode !== undefined) return readingsOf(position, record, decode)
        return loadDecoder(organisation, position).then((loaded) =>
          readingsOf(position, record, loaded),
        )
      }
      if (record.control === 'activation') return activate(position, record)
      return { kind: 'control', organisation, position, record }
    },
  }
}

function readingsOf(position: Position, envelope: Envelope, decode: Decode): DecodedEntry {
  const { envelope: decoded, problems } = decode(envelope, position)
  const { organisation } = envelope
  return { kind: 'readings', organisation, position, envelope, decoded, problems }
}
