import { z } from 'zod'
import { organisationId, type PointId } from '../domain/ids.ts'
import type { Envelope } from '../domain/log-record.ts'
import type { ProblemDetails } from '../domain/problem.ts'
import type { Reading } from '../domain/reading.ts'
import { toIso } from '../domain/time.ts'
import { createDecoder } from './decode.ts'
import type { Decoded } from './decoder.ts'
import type { DeviceType } from './device-type.ts'
import { sharedSandbox } from './sandbox/shared.ts'
import type { Sandbox } from './sandbox/sandbox.ts'
import { deviceTopic, identified } from './topic.ts'
import { Coverage } from './vector-coverage.ts'
import { vectorMessages, type ExpectedReading, type Vector } from './vector.ts'

export { vector, type Vector } from './vector.ts'

const organisation = organisationId.parse('vector')
const device = 'device-1'
const pointId = z.custom<PointId>((id) => Number.isSafeInteger(id))

/**
 * Decodes every vector of a device type and says what differs; empty when all is well.
 *
 * A reading that is not listed is a finding unless it is bad, because then `problems` tells of
 * it. It is also a finding when no vector brings a point to a usable value, a fault bit to true or an enum
 * to one of its names, and when none shows a malformed message. A type without vectors is thus refused.
 */
export async function checkVectors(
  type: DeviceType,
  vectors: readonly Vector[],
  sandbox: Sandbox = sharedSandbox,
): Promise<readonly ProblemDetails[]> {
  if (vectors.length === 0) return [noVectors]
  const coverage = new Coverage(type)
  const findings: ProblemDetails[] = []
  for (const one of vectors) {
    for (const { via, actual } of await decodeVector(type, one, sandbox)) {
      const named = via === undefined ? one.name : `${one.name}" through "${via}`
      const run = { vector: one, named, actual }
      findings.push(...compareReadings(run), ...compareProblems(run))
      coverage.add(one, actual.readings)
    }
  }
  findings.push(...coverage.gaps())
  if (!vectors.some(({ expect }) => expect.problems.length > 0)) findings.push(noMalformed)
  return findings
}

/** What the type made of one message of a vector. */
interface Actual {
  /** Of several values of a point the last. */
  readonly readings: ReadonlyMap<string, Reading>
  readonly problems: Decoded['problems']
}

interface Run {
  readonly vector: Vector
  /** As findings call it. */
  readonly named: string
  readonly actual: Actual
}

async function decodeVector(
  type: DeviceType,
  one: Vector,
  sandbox: Sandbox,
): Promise<{ readonly via: string | undefined; readonly actual: Actual }[]> {
  const points = new Map(
    Object.keys(type.points).map((key, index): [string, PointId] => [key, pointIds(index)]),
  )
  const { firmware, params } = one
  const speaker = {
    type,
    points,
    ...(firmware !== undefined && { firmware }),
    ...(params !== undefined && { params }),
  }
  const decode = createDecoder(
    { version: 1, devices: new Map([[device, speaker]]) },
    sandbox,
  )
  const runs: { via: string | undefined; actual: Actual }[] = []
  for (const { via, payload } of vectorMessages(type, one)) {
    const decoded = await decode(envelopeOf(type, one, payload))
    runs.push({ via, actual: byKey(decoded, points) })
  }
  return runs
}

function compareReadings({ vector, named, actual }: Run): ProblemDetails[] {
  const findings: ProblemDetails[] = []
  for (const [key, expected] of Object.entries(vector.expect.readings)) {
    const reading = actual.readings.get(key)
    if (reading !== undefined && isAsExpected(reading, expected)) continue
    const said = reading === undefined ? 'no reading' : told(reading, expected)
    findings.push(
      differs({ vector, named }, key, { expected: told(expected, expected), said }),
    )
  }
  for (const [key, reading] of actual.readings) {
    if (Object.hasOwn(vector.expect.readings, key) || reading.quality === 'bad') continue
    findings.push(
      differs({ vector, named }, key, { expected: 'nothing', said: told(reading) }),
    )
  }
  return findings
}

function isAsExpected(reading: Reading, expected: ExpectedReading): boolean {
  const { value, quality, code, native, effective } = expected
  return (
    reading.value === value &&
    reading.quality === quality &&
    (code === undefined || reading.code === code) &&
    (native === undefined || reading.native === native) &&
    (effective === undefined || reading.effective === effective)
  )
}

function compareProblems({ vector, named, actual }: Run): ProblemDetails[] {
  const expected = vector.expect.problems.toSorted().join(', ') || 'none'
  const said =
    actual.problems
      .map(({ reason }) => reason)
      .toSorted()
      .join(', ') || 'none'
  if (said === expected) return []
  return [
    {
      kind: 'invalid',
      what: `Vector "${named}" expects the problems ${expected} and gives ${said}`,
      where: `${vector.name}: expect.problems`,
      ...(actual.problems[0] !== undefined && { why: actual.problems[0].detail }),
      next: 'Correct the device type, or the vector if the message is right',
    },
  ]
}

function differs(
  { vector, named }: Pick<Run, 'vector' | 'named'>,
  key: string,
  { expected, said }: { readonly expected: string; readonly said: string },
): ProblemDetails {
  return {
    kind: 'invalid',
    what: `Vector "${named}" expects ${expected} for ${key} and gives ${said}`,
    where: `${vector.name}: expect.readings.${key}`,
    next: 'Correct the point in the device type, or the vector if the message is right',
  }
}

/** With native code and time only where the vector asks for them. */
function told(
  reading: Pick<ExpectedReading, 'value' | 'quality' | 'code' | 'native' | 'effective'>,
  asked: Pick<ExpectedReading, 'native' | 'effective'> = {},
): string {
  const { value, quality, code, native, effective } = reading
  const parts = [
    `${JSON.stringify(value)} ${quality}${code === undefined ? '' : `/${code}`}`,
    asked.native === undefined ? '' : `native ${native ?? 'none'}`,
    asked.effective === undefined || effective === undefined
      ? ''
      : `at ${toIso(effective)}`,
  ]
  return parts.filter((part) => part !== '').join(' ')
}

const noMalformed: ProblemDetails = {
  kind: 'invalid',
  what: 'No vector shows a malformed message',
  where: 'vectors',
  why: 'Devices in the field do send them, and what comes out then must be known',
  next: 'Add a vector whose expect.problems is not empty',
}

const noVectors: ProblemDetails = {
  kind: 'invalid',
  what: 'The type has no vectors',
  where: 'vectors',
  why: 'a message and what must come out of it is the only proof that the type is right',
  next: 'Put a real message into vectors/normal.json and a broken one into vectors/malformed.json',
}

function byKey(
  { readings: all, problems }: Decoded,
  points: ReadonlyMap<string, PointId>,
): Actual {
  const keys = new Map([...points].map(([key, id]) => [id, key]))
  const readings = new Map<string, Reading>()
  for (const reading of all) {
    const key = keys.get(reading.point)
    if (key !== undefined) readings.set(key, reading)
  }
  return { readings, problems }
}

function envelopeOf(type: DeviceType, one: Vector, payload: Uint8Array): Envelope {
  return {
    kind: 'envelope',
    organisation,
    connection: 'vectors',
    device,
    topic: topicOf(type, one),
    payload,
    ingest: one.ingest,
    retained: false,
  }
}

function topicOf(type: DeviceType, { topic }: Vector): string {
  if (topic !== undefined) return identified(topic, { organisation, device })
  return type.protocol === 'mqtt' ? deviceTopic(type, { organisation, device }) : ''
}

function pointIds(index: number): PointId {
  return pointId.parse(index + 1)
}
