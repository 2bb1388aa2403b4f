import type { Envelope } from '../domain/log-record.ts'
import type { Position } from '../domain/position.ts'
import {
  compilePoints,
  compileRecordedType,
  compileType,
  makesBadOf,
  type CompiledType,
} from './compile-type.ts'
import type { DecodableDevice, Decode, DecodeConfiguration, Decoded } from './decoder.ts'
import type { DeviceType } from './device-type.ts'
import { importConnection } from './import-message.ts'
import { createMessageParser, type ParseMessage } from './json/parse-message.ts'
import type { Outcome, Source } from './outcome.ts'
import { readPoints } from './read-points.ts'
import { readSaid, type SaidType } from './read-said.ts'
import { readerOf } from './reader.ts'
import type { Sandbox } from './sandbox/sandbox.ts'
import { sharedSandbox } from './sandbox/shared.ts'
import { unreadable } from './unreadable.ts'

/** One device type in its voices: the device's own, and rows imported in its name. */
interface Spoken {
  /** The messages are JSON and their points stand where paths say. */
  readonly live: CompiledType | undefined
  /** Otherwise: something else understands them. */
  readonly said: SaidType | undefined
  readonly recorded: CompiledType
}

/**
 * Makes the decoder of one version of the configuration. Every device type is compiled here,
 * once; a message then costs one parse and one walk per point. The same envelope always
 * decodes to the same readings, and nothing a device sends makes it throw.
 */
export function createDecoder(
  configuration: DecodeConfiguration,
  sandbox: Sandbox = sharedSandbox,
): Decode {
  const { version, devices } = configuration
  const parse = createMessageParser()
  const spoken = new SpokenTypes(sandbox)
  const speakers = new Map(
    [...devices].map(([id, device]) => [id, { device, spoken: spoken.of(device) }]),
  )
  return (envelope, position) => {
    const speaker = speakers.get(envelope.device)
    if (speaker === undefined) {
      const detail = `no device ${JSON.stringify(envelope.device.slice(0, 63))} in version ${version}; register it`
      const problems = [{ reason: 'unknown_device', detail }]
      return decoded(envelope, position, { readings: [], problems })
    }
    const { device } = speaker
    const { live, said, recorded } = speaker.spoken
    const source = { envelope, device, version }
    if (envelope.connection === importConnection) {
      return decoded(envelope, position, jsonOutcome(source, recorded, parse))
    }
    if (live !== undefined)
      return decoded(envelope, position, jsonOutcome(source, live, parse))
    if (said === undefined)
      return decoded(envelope, position, { readings: [], problems: [] })
    const outcome = readSaid(source, said)
    return outcome instanceof Promise
      ? outcome.then((one) => decoded(envelope, position, one))
      : decoded(envelope, position, outcome)
  }
}

function jsonOutcome(source: Source, type: CompiledType, parse: ParseMessage): Outcome {
  const parsed = parse(source.envelope.payload)
  if (!parsed.ok) return unreadable(source, type.points, parsed.problem)
  const { root } = parsed
  if (!type.takesBareValue && (typeof root !== 'object' || root === null)) {
    const problem = { reason: 'not_an_object', detail: 'the message holds a bare value' }
    return unreadable(source, type.points, problem)
  }
  return readPoints(source, type, root)
}

/** Compiles each type once, and once more for each firmware where that makes a difference. */
class SpokenTypes {
  readonly #sandbox: Sandbox
  readonly #known = new Map<DeviceType, Map<string, Spoken>>()

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox
  }

  of({ type, firmware }: DecodableDevice): Spoken {
    const depends = Object.values(type.points).some((point) => point.firmware !== undefined)
    const version = depends ? firmware : undefined
    const versions = this.#known.get(type) ?? new Map<string, Spoken>()
    this.#known.set(type, versions)
    const spoken = versions.get(version ?? '') ?? compile(type, version, this.#sandbox)
    versions.set(version ?? '', spoken)
    return spoken
  }
}

function compile(type: DeviceType, firmware: string | undefined, sandbox: Sandbox): Spoken {
  const read = readerOf(type, sandbox)
  const recorded = compileRecordedType(type)
  if (read === undefined) {
    return { live: compileType(type, firmware), said: undefined, recorded }
  }
  const points = compilePoints(type, firmware)
  return { live: undefined, said: { read, points, makesBad: makesBadOf(type) }, recorded }
}

function decoded(envelope: Envelope, position: Position, outcome: Outcome): Decoded {
  const { device, ingest } = envelope
  const { readings, problems } = outcome
  return { envelope: { position, device, ingest, readings }, problems }
}
