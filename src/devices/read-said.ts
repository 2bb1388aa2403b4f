import type { PointId } from '../domain/ids.ts'
import { flag, type Reading } from '../domain/reading.ts'
import type { ReadPoint } from './compile-type.ts'
import type { ContextReader } from './context-reader.ts'
import { bad, type Converted } from './convert.ts'
import { unnumbered, type Decoded, type DecodeProblem } from './decoder.ts'
import { spreadFaults } from './makes-bad.ts'
import type { Message, Said, Understood } from './message-reader.ts'
import type { Source } from './source.ts'
import { stampOf } from './stamp.ts'
import { unreadable } from './unreadable.ts'

/** A type whose messages a reader understands. */
export interface SaidType {
  readonly read: ContextReader
  readonly points: readonly ReadPoint[]
  readonly makesBad: ReadonlyMap<string, readonly string[]> | undefined
}

/** Values of one message at most; more of them are not read, and that is a problem. */
const MAX_READINGS = 50_000

/** Reads every point in what a message says, which may be several values each with times of its own. */
export function readSaid(message: Source, type: SaidType): Decoded | Promise<Decoded> {
  const { payload, ingest } = message.envelope
  const { params = {} } = message.device
  const result = type.read(payload, { ingest, params })
  return result instanceof Promise
    ? result.then((one) => decodedOf(message, type, one))
    : decodedOf(message, type, result)
}

function decodedOf(message: Source, type: SaidType, result: Message): Decoded {
  if (!result.ok) return unreadable(message, type.points, result.problem)
  const decoded = valuesOf(message, type, result)
  if (type.makesBad === undefined) return decoded
  return spreadFaults(decoded, type.makesBad, message.device.points)
}

function valuesOf(message: Source, { points }: SaidType, understood: Understood): Decoded {
  const { partial, say } = understood
  const problems: DecodeProblem[] = [...(understood.problems ?? [])]
  const badTime = problems.some(({ reason }) => reason === 'bad_time')
  const readings: Reading[] = []
  for (const point of points) {
    const said = say(point.key)
    if (said.length === 0 && (partial || point.optional)) continue
    const id = message.device.points.get(point.key)
    if (id === undefined) problems.push(unnumbered(point))
    if (readings.length + said.length > MAX_READINGS) {
      problems.push(tooMany)
      break
    }
    for (const one of said.length === 0 ? [unsaid] : said) {
      const converted = convert(point, one)
      if (converted.problem !== undefined) problems.push(converted.problem)
      if (id !== undefined)
        readings.push(reading(message, id, { said: one, converted, badTime }))
    }
  }
  return { readings, problems }
}

const unsaid: Said = { raw: undefined }
const tooMany: DecodeProblem = {
  reason: 'too_many_values',
  detail: `more than ${MAX_READINGS} values in one message; the others are not read`,
}

function convert(point: ReadPoint, said: Said): Converted {
  const { raw, quality = 'good', code, problem } = said
  if (quality === 'bad') return refused(point, said)
  if (raw === undefined || raw === null) {
    const missing = bad('decode_error', 'missing', `${point.key}: ${point.path} is missing`)
    return { ...missing, problem: problem ?? missing.problem ?? tooMany }
  }
  const converted = point.convert(raw)
  if (converted.problem !== undefined) {
    const detail = `${point.key}: ${converted.problem.detail} (${point.path})`
    return { ...converted, problem: { reason: converted.problem.reason, detail } }
  }
  const doubt = quality === 'uncertain' ? { quality, code: code ?? converted.code } : {}
  return { ...converted, ...doubt, ...(problem !== undefined && { problem }) }
}

/** The source itself says that it is bad: kept, without a value, with its reason and its own code. */
function refused(
  point: ReadPoint,
  { code = 'device_fault', native, problem }: Said,
): Converted {
  const own = native === undefined ? '' : ` (0x${native.toString(16).toUpperCase()})`
  const detail = `${point.key}: the source calls it bad${own}`
  return {
    value: null,
    quality: 'bad',
    code,
    problem: problem ?? { reason: code, detail },
  }
}

function reading(
  { envelope, version }: Source,
  point: PointId,
  one: { readonly said: Said; readonly converted: Converted; readonly badTime: boolean },
): Reading {
  const { said, converted, badTime } = one
  const { source, server, native } = said
  const unreadableTime = badTime && source === undefined
  const times = { source, server, unreadable: unreadableTime, recorded: false }
  const stamp = stampOf(envelope, times, version)
  const { value, quality, code } = converted
  const doubtful = (stamp.flags & flag.clockSuspect) !== 0 && quality === 'good'
  return {
    point,
    value,
    quality: doubtful ? 'uncertain' : quality,
    code: doubtful ? 'clock_suspect' : code,
    ...(native !== undefined && { native }),
    ...stamp,
  }
}
