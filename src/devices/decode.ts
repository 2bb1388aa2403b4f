import {
  compilePoints,
  compileRecordedType,
  compileType,
  makesBadOf,
  type CompiledType,
} from './compile-type.ts'
import type { DecodableDevice, Decode, DecodeConfiguration, Decoded } from './decoder.ts'
import type { DeviceType } from './device-type.ts'
import { gone } from './gone.ts'
import { importConnection } from './import-message.ts'
import { createMessageParser, type ParseMessage } from './json/parse-message.ts'
import { offlineReader, type OfflineReader } from './mqtt/offline.ts'
import type { Source } from './source.ts'
import { readPoints } from './read-points.ts'
import { readSaid, type SaidType } from './read-said.ts'
import { readerOf } from './reader.ts'
import type { Sandbox } from './sandbox/sandbox.ts'
import { sharedSandbox } from './sandbox/shared.ts'
import { unreadable } from './unreadable.ts'

/** One device type in its voices: the device's own, and rows imported in its name. */
interface Spoken {
  /** JSON with points where paths say, which is read at once; or what something else understands. */
  readonly own:
    | { readonly kind: 'paths'; readonly type: CompiledType }
    | { readonly kind: 'reader'; readonly type: SaidType }
  readonly recorded: CompiledType
  /** Undefined when the type has no last will; then no topic is looked at. */
  readonly wills: OfflineReader | undefined
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
  return (envelope) => {
    const speaker = speakers.get(envelope.device)
    if (speaker === undefined) {
      const detail = `no device ${JSON.stringify(envelope.device.slice(0, 63))} in version ${version}; register it`
      return { readings: [], problems: [{ reason: 'unknown_device', detail }] }
    }
    const { device } = speaker
    const { own, recorded, wills } = speaker.spoken
    const source = { envelope, device, version }
    if (envelope.connection === importConnection) return readJson(source, recorded, parse)
    if (wills?.hears(envelope.topic) === true) return readWill(source, speaker.spoken)
    if (own.kind === 'paths') return readJson(source, own.type, parse)
    return readSaid(source, own.type)
  }
}

function readJson(source: Source, type: CompiledType, parse: ParseMessage): Decoded {
  const parsed = parse(source.envelope.payload)
  if (!parsed.ok) return unreadable(source, type.points, parsed.problem)
  const { root } = parsed
  if (!type.takesBareValue && (typeof root !== 'object' || root === null)) {
    const problem = { reason: 'not_an_object', detail: 'the message holds a bare value' }
    return unreadable(source, type.points, problem)
  }
  return readPoints(source, type, root)
}

/** Whatever else is said there, such as that the device is back, its values will tell. */
function readWill(source: Source, { wills, own }: Spoken): Decoded {
  const saysGone = wills?.saysGone(source.envelope.payload) === true
  if (!saysGone) return { readings: [], problems: [] }
  return gone(source, own.type.points)
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
  const wills = offlineReader(type.protocol === 'mqtt' ? type.mqtt.offline : undefined)
  if (read === undefined) {
    return { own: { kind: 'paths', type: compileType(type, firmware) }, recorded, wills }
  }
  const points = compilePoints(type, firmware)
  return {
    own: { kind: 'reader', type: { read, points, makesBad: makesBadOf(type) } },
    recorded,
    wills,
  }
}
