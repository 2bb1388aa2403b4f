import type { ActiveConfiguration, Configurations } from '../configuration/active.ts'
import { createDecoder } from '../devices/decode.ts'
import type { Decode, Decoded } from '../devices/decoder.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { ControlRecord, Envelope, LogEntry } from '../domain/log-record.ts'
import type { Position } from '../domain/position.ts'
import type { DecodedEnvelope } from '../domain/reading.ts'

/** A message of which something could not be understood. */
export interface Misunderstood extends Pick<Decoded, 'problems'> {
  readonly envelope: Envelope
}

/** A log entry, understood with the configuration that was in force at its place. */
export type DecodedEntry = {
  readonly organisation: OrganisationId
  readonly position: Position
} & (
  | (DecodedEnvelope & {
      readonly kind: 'readings'
      /** Undefined where all was understood: then nobody needs the raw message any more. */
      readonly misunderstood: Misunderstood | undefined
    })
  | {
      readonly kind: 'control'
      readonly record: ControlRecord & { readonly control: 'timer' | 'blind' }
    }
  | { readonly kind: 'heartbeat'; readonly record: ControlRecord }
  | {
      readonly kind: 'activation'
      readonly record: ControlRecord & { readonly control: 'activation' }
      readonly configuration: ActiveConfiguration
    }
)

/** Decodes for one consumer, which reads the log in order. */
export interface Decoding {
  /**
   * At once, unless a configuration must be loaded first or the device's type brings code. Need not be
   * awaited before the next entry is given: what an entry means follows from the order of the calls.
   */
  decode(entry: LogEntry): DecodedEntry | Promise<DecodedEntry>
}

const decodeNothing: Decode = createDecoder({ version: 0, devices: new Map() })

/** Follows the activation records of every organisation, from wherever the consumer starts. */
export function createDecoding(configurations: Configurations): Decoding {
  const decoders = new Map<OrganisationId, Decode | Promise<Decode>>()

  async function loadDecoder(
    organisation: OrganisationId,
    position: Position,
  ): Promise<Decode> {
    const version = await configurations.versionAt(organisation, position)
    if (version === undefined) return decodeNothing
    return createDecoder((await configurations.at(organisation, version)).decode)
  }

  /** What comes next for this organisation waits for the decoder; if it fails, it is loaded again. */
  function follow(organisation: OrganisationId, loading: Promise<Decode>): Promise<Decode> {
    decoders.set(organisation, loading)
    const isCurrent = (): boolean => decoders.get(organisation) === loading
    loading.then(
      (decode) => isCurrent() && decoders.set(organisation, decode),
      () => isCurrent() && decoders.delete(organisation),
    )
    return loading
  }

  async function activate(
    position: Position,
    record: ControlRecord & { readonly control: 'activation' },
  ): Promise<DecodedEntry> {
    const { organisation } = record
    const loading = configurations.at(organisation, record.version)
    await follow(
      organisation,
      loading.then(({ decode }) => createDecoder(decode)),
    )
    const configuration = await loading
    return { kind: 'activation', organisation, position, record, configuration }
  }

  return {
    decode({ position, record }) {
      const { organisation } = record
      if (record.kind === 'envelope') {
        const decode =
          decoders.get(organisation) ??
          follow(organisation, loadDecoder(organisation, position))
        if (!(decode instanceof Promise)) return readingsOf(position, record, decode)
        return decode.then((loaded) => readingsOf(position, record, loaded))
      }
      switch (record.control) {
        case 'activation':
          return activate(position, record)
        case 'heartbeat':
          return { kind: 'heartbeat', organisation, position, record }
        case 'timer':
        case 'blind':
          return { kind: 'control', organisation, position, record }
      }
    },
  }
}

/** Decodes a list of entries, all of them under way at once. Rejects when one of them does. */
export async function decodeAll(
  decoding: Decoding,
  entries: readonly LogEntry[],
): Promise<readonly DecodedEntry[]> {
  const results = entries.map((entry) => decoding.decode(entry))
  return results.every(isThere)
    ? results
    : Promise.all(results.map((result) => Promise.resolve(result)))
}

function isThere(result: DecodedEntry | Promise<DecodedEntry>): result is DecodedEntry {
  return !(result instanceof Promise)
}

function readingsOf(
  position: Position,
  envelope: Envelope,
  decode: Decode,
): DecodedEntry | Promise<DecodedEntry> {
  const decoded = decode(envelope)
  return decoded instanceof Promise
    ? decoded.then((one) => readingsEntry(position, envelope, one))
    : readingsEntry(position, envelope, decoded)
}

function readingsEntry(
  position: Position,
  envelope: Envelope,
  { readings, problems }: Decoded,
): DecodedEntry {
  const { organisation, device, ingest } = envelope
  const misunderstood = problems.length === 0 ? undefined : { envelope, problems }
  return {
    kind: 'readings',
    organisation,
    position,
    device,
    ingest,
    readings,
    misunderstood,
  }
}
