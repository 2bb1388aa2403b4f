import type { PointId } from '../domain/ids.ts'
import { flag, type Reading } from '../domain/reading.ts'
import type { CompiledPoint, CompiledType } from './compile-type.ts'
import { bad, type Converted } from './convert.ts'
import { unnumbered, type Decoded, type DecodeProblem } from './decoder.ts'
import { spreadFaults } from './makes-bad.ts'
import type { Source } from './source.ts'
import { stampOf, type Stamp } from './stamp.ts'

/** Walks a parsed message and reads every point where its path says. */
export function readPoints(message: Source, type: CompiledType, root: unknown): Decoded {
  const { device, envelope, version } = message
  const problems: DecodeProblem[] = []
  const { source, problem } = type.time?.(root) ?? {}
  if (problem !== undefined) problems.push(problem)
  const { recorded } = type
  const stamp = stampOf(
    envelope,
    { source, unreadable: problem !== undefined, recorded },
    version,
  )
  const suspect = (stamp.flags & flag.clockSuspect) !== 0
  // A list of just this length: one that grows keeps room for sixteen more, in every message.
  const found = type.points.map((point): Reading | undefined => {
    const converted = readPoint(point, root)
    if (converted === undefined) return undefined
    if (converted.problem !== undefined) problems.push(converted.problem)
    const id = device.points.get(point.key)
    if (id !== undefined) return reading(id, converted, stamp, suspect)
    problems.push(unnumbered(point))
    return undefined
  })
  const readings = isWhole(found) ? found : found.filter((one) => one !== undefined)
  if (type.makesBad === undefined) return { readings, problems }
  return spreadFaults({ readings, problems }, type.makesBad, device.points)
}

function isWhole(found: readonly (Reading | undefined)[]): found is readonly Reading[] {
  return !found.includes(undefined)
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
