import type { PointId } from '../domain/ids.ts'
import type { Envelope } from '../domain/log-record.ts'
import type { Position } from '../domain/position.ts'
import { flag, REORDER_WINDOW, type Reading } from '../domain/reading.ts'
import {
  compileRecordedType,
  compileType,
  type CompiledPoint,
  type CompiledType,
  type SourceTime,
} from './compile-type.ts'
import { bad, type Converted } from './convert.ts'
import type {
  DecodableDevice,
  DecodeConfiguration,
  Decoded,
  DecodeProblem,
  Decode,
} from './decoder.ts'
import type { DeviceType } from './device-type.ts'
import { effectiveTime } from './effective-time.ts'
import { importConnection } from './import-message.ts'
import { createMessageParser } from './json/parse-message.ts'

/** One device type in its two voices: the device's own, and rows imported in its name. */
interface Spoken {
  readonly live: CompiledType
  readonly recorded: CompiledType
}

/** The part of a reading that all points of one message share. */
type Stamp = Omit<Reading, 'point' | 'value' | 'quality' | 'code'>

/**
 * Makes the decoder of one version of the configuration. Every device type is compiled here,
 * once; a message then costs one parse and one walk per point. The same envelope always
 * decodes to the same readings, and nothing a device sends makes it throw.
 */
export function createDecoder(configuration: DecodeConfiguration): Decode {
  const { version, devices } = configuration
  const parseMessage = createMessageParser()
  const types = new Map<DeviceType, Spoken>()
  for (const { type } of devices.values()) {
    if (types.has(type)) continue
    types.set(type, { live: compileType(type), recorded: compileRecordedType(type) })
  }

  return (envelope, position) => {
    const device = devices.get(envelope.device)
    const spoken = device && types.get(device.type)
    if (device === undefined || spoken === undefined) {
      const detail = `no device ${JSON.stringify(envelope.device.slice(0, 63))} in version ${version}; register it`
      return decoded(envelope, position, {
        readings: [],
        problems: [{ reason: 'unknown_device', detail }],
      })
    }
    const type = envelope.connection === importConnection ? spoken.recorded : spoken.live
    const parsed = parseMessage(envelope.payload)
    const message = { envelope, device, type, version }
    if (!parsed.ok) return decoded(envelope, position, unreadable(message, parsed.problem))
    const { root } = parsed
    if (!type.takesBareValue && (typeof root !== 'object' || root === null)) {
      const problem = { reason: 'not_an_object', detail: 'the message holds a bare value' }
      return decoded(envelope, position, unreadable(message, problem))
    }
    return decoded(envelope, position, readPoints(message, root))
  }
}

interface Message {
  readonly envelope: Envelope
  readonly device: DecodableDevice
  readonly type: CompiledType
  readonly version: number
}

interface Outcome {
  readonly readings: readonly Reading[]
  readonly problems: readonly DecodeProblem[]
}

function readPoints(message: Message, root: unknown): Outcome {
  const { device, type } = message
  const problems: DecodeProblem[] = []
  const time = type.time?.(root) ?? {}
  if (time.problem !== undefined) problems.push(time.problem)
  const stamp = stampOf(message, time)
  const suspect = (stamp.flags & flag.clockSuspect) !== 0
  const readings: Reading[] = []
  for (const point of type.points) {
    const converted = readPoint(point, root)
    if (converted === undefined) continue
    if (converted.problem !== undefined) problems.push(converted.problem)
    const id = device.points.get(point.key)
    if (id === undefined) problems.push(unnumbered(point))
    else readings.push(reading(id, converted, stamp, suspect))
  }
  return { readings, problems }
}

function stampOf(message: Message, { source, problem }: SourceTime): Stamp {
  const { ingest, retained, repeated } = message.envelope
  const { recorded } = message.type
  const typeVersion = message.version
  const { effective, clockSuspect } = effectiveTime({ source, ingest, recorded })
  const flags =
    (retained ? flag.replay : 0) |
    // With a time of its own that is believed, a repeat meets its first copy at that time.
    (repeated && (source === undefined || clockSuspect) ? flag.dupPossible : 0) |
    (clockSuspect || problem !== undefined ? flag.clockSuspect : 0) |
    (effective < ingest - REORDER_WINDOW ? flag.historical : 0)
  return source === undefined
    ? { effective, ingest, flags, typeVersion }
    : { effective, source, ingest, flags, typeVersion }
}

/** Undefined when an optional value is not in the message. A null counts as not there. */
function readPoint(point: CompiledPoint, root: unknown): Converted | undefined {
  const raw = point.read(root)
  if (raw === undefined || raw === null) {
    if (point.optional) return undefined
    const what = raw === null ? 'is null' : 'is missing'
    return bad('decode_error', 'missing', `${point.key}: ${point.path} ${what}`)
  }
  const converted = point.convert(raw)
  const { problem } = converted
  if (problem === undefined) return converted
  const detail = `${point.key}: ${problem.detail} (${point.path})`
  return { ...converted, problem: { reason: problem.reason, detail } }
}

/**
 * A wrong clock makes a good value uncertain; a bad one stays bad for its own reason. Written out
 * field by field: this runs for every value, and copying objects into one another costs four times
 * as much.
 */
function reading(
  point: PointId,
  { value, quality: found, code: why }: Converted,
  stamp: Stamp,
  clockSuspect: boolean,
): Reading {
  const doubtful = clockSuspect && found === 'good'
  const quality = doubtful ? 'uncertain' : found
  const code = doubtful ? 'clock_suspect' : why
  const { effective, source, ingest, flags, typeVersion } = stamp
  return source === undefined
    ? { point, value, quality, code, effective, ingest, flags, typeVersion }
    : { point, value, quality, code, effective, source, ingest, flags, typeVersion }
}

/** A message that says nothing: every point of the device is bad as of now. */
function unreadable(message: Message, problem: DecodeProblem): Outcome {
  const { envelope, device, type, version } = message
  const readings: Reading[] = []
  for (const { key } of type.points) {
    const point = device.points.get(key)
    if (point === undefined) continue
    readings.push({
      point,
      value: null,
      quality: 'bad',
      code: 'decode_error',
      effective: envelope.ingest,
      ingest: envelope.ingest,
      flags: envelope.retained ? flag.replay : 0,
      typeVersion: version,
    })
  }
  return { readings, problems: [problem] }
}

function unnumbered(point: CompiledPoint): DecodeProblem {
  return {
    reason: 'unnumbered_point',
    detail: `${point.key}: the configuration issued no id for this point; activate it again`,
  }
}

function decoded(envelope: Envelope, position: Position, outcome: Outcome): Decoded {
  const { device, ingest } = envelope
  const { readings, problems } = outcome
  return { envelope: { position, device, ingest, readings }, problems }
}
