import { z } from 'zod'
import { organisationId, roleName, type PointId } from '../domain/ids.ts'
import type { Envelope } from '../domain/log-record.ts'
import type { ProblemDetails } from '../domain/problem.ts'
import type { Reading } from '../domain/reading.ts'
import { fromIso, type TimeUs } from '../domain/time.ts'
import { createDecoder } from './decode.ts'
import type { DecodeConfiguration, Decoded } from './decoder.ts'
import type { DeviceType } from './device-type.ts'
import { deviceTopic } from './topic.ts'

const expectedReading = z.strictObject({
  value: z.union([z.number(), z.string(), z.boolean(), z.null()]),
  quality: z.enum(['good', 'uncertain', 'bad']),
  code: z
    .enum([
      'ok',
      'stale',
      'comm_fault',
      'device_fault',
      'out_of_range',
      'decode_error',
      'config_error',
      'clock_suspect',
    ])
    .optional(),
})

const instant = z.string().transform((text, context): TimeUs => {
  const time = fromIso(text)
  if (time !== undefined) return time
  context.addIssue({ code: 'custom', message: 'a time such as 2026-11-20T13:31:00Z' })
  return z.NEVER
})

/** One file of `vectors/*.json`: a message as the field sends it, and what must come out of it. */
export const vector = z
  .strictObject({
    name: z.string().min(1).max(120),
    /** The message as JSON; or `payloadText` when it is not JSON, as in a malformed vector. */
    payload: z.json().optional(),
    payloadText: z.string().max(65_536).optional(),
    /** The topic of the type with a device's name put in, if left out. */
    topic: z.string().max(200).optional(),
    ingest: instant,
    expect: z.strictObject({
      readings: z.record(roleName, expectedReading),
      /** Reasons of the problems, in any order. */
      problems: z.array(z.string()).default([]),
    }),
  })
  .refine(
    (v) => (v.payload === undefined) !== (v.payloadText === undefined),
    'either payload or payloadText',
  )
export type Vector = z.infer<typeof vector>

const organisation = organisationId.parse('vector')
const device = 'device-1'
const pointId = z.custom<PointId>((id) => Number.isSafeInteger(id))
const position = { epoch: 'vectors', partition: 0, sequence: 1, index: 0 }

/**
 * Decodes every vector of a device type and says what differs; empty when all is well.
 *
 * A reading that is not listed is a finding unless it is bad, because then `problems` tells of
 * it. It is also a finding when no vector brings a point to a usable value, and when none shows
 * a malformed message.
 */
export function checkVectors(
  type: DeviceType,
  vectors: readonly Vector[],
): readonly ProblemDetails[] {
  const keys = Object.keys(type.points)
  const points = new Map<string, PointId>()
  for (const [index, key] of keys.entries()) points.set(key, pointId.parse(index + 1))
  const configuration: DecodeConfiguration = {
    version: 1,
    devices: new Map([[device, { type, points }]]),
  }
  const decode = createDecoder(configuration)
  const reached = new Set<string>()
  const findings: ProblemDetails[] = []
  for (const one of vectors) {
    const actual = byKey(decode(envelopeOf(type, one), position), points)
    findings.push(...compareReadings(one, actual), ...compareProblems(one, actual))
    for (const key of Object.keys(one.expect.readings)) {
      if (actual.readings.get(key)?.quality !== 'bad') reached.add(key)
    }
  }
  for (const key of keys) if (!reached.has(key)) findings.push(unreached(key))
  if (!vectors.some(({ expect }) => expect.problems.length > 0)) findings.push(noMalformed)
  return findings
}

interface Actual {
  readonly readings: ReadonlyMap<string, Reading>
  readonly problems: Decoded['problems']
}

function compareReadings(one: Vector, actual: Actual): ProblemDetails[] {
  const findings: ProblemDetails[] = []
  for (const [key, expected] of Object.entries(one.expect.readings)) {
    const reading = actual.readings.get(key)
    const said = reading === undefined ? 'no reading' : told(reading)
    const matches =
      reading !== undefined &&
      reading.value === expected.value &&
      reading.quality === expected.quality &&
      (expected.code === undefined || reading.code === expected.code)
    if (!matches) findings.push(differs(one, key, { expected: told(expected), said }))
  }
  for (const [key, reading] of actual.readings) {
    if (Object.hasOwn(one.expect.readings, key) || reading.quality === 'bad') continue
    findings.push(differs(one, key, { expected: 'nothing', said: told(reading) }))
  }
  return findings
}

function compareProblems(one: Vector, actual: Actual): ProblemDetails[] {
  const expected = one.expect.problems.toSorted().join(', ') || 'none'
  const said = actual.problems.map(({ reason }) => reason).toSorted()
  if (said.join(', ') === expected || (said.length === 0 && expected === 'none')) return []
  return [
    {
      kind: 'invalid',
      what: `Vector "${one.name}" expects the problems ${expected} and gives ${said.join(', ') || 'none'}`,
      where: `${one.name}: expect.problems`,
      ...(actual.problems[0] !== undefined && { why: actual.problems[0].detail }),
      next: 'Correct the device type, or the vector if the message is right',
    },
  ]
}

function differs(
  one: Vector,
  key: string,
  { expected, said }: { readonly expected: string; readonly said: string },
): ProblemDetails {
  return {
    kind: 'invalid',
    what: `Vector "${one.name}" expects ${expected} for ${key} and gives ${said}`,
    where: `${one.name}: expect.readings.${key}`,
    next: 'Correct the point in the device type, or the vector if the message is right',
  }
}

function told(reading: {
  readonly value: unknown
  readonly quality: string
  readonly code?: string | undefined
}): string {
  const code = reading.code === undefined ? '' : `/${reading.code}`
  return `${JSON.stringify(reading.value)} ${reading.quality}${code}`
}

function unreached(key: string): ProblemDetails {
  return {
    kind: 'invalid',
    what: `No vector gives the point ${key} a usable value`,
    where: `points.${key}`,
    next: 'Add a vector with a real message that carries it',
  }
}

const noMalformed: ProblemDetails = {
  kind: 'invalid',
  what: 'No vector shows a malformed message',
  where: 'vectors',
  why: 'Devices in the field do send them, and what comes out then must be known',
  next: 'Add a vector whose expect.problems is not empty',
}

function byKey(
  { envelope, problems }: Decoded,
  points: ReadonlyMap<string, PointId>,
): Actual {
  const keys = new Map([...points].map(([key, id]) => [id, key]))
  const readings = new Map<string, Reading>()
  for (const reading of envelope.readings) {
    const key = keys.get(reading.point)
    if (key !== undefined) readings.set(key, reading)
  }
  return { readings, problems }
}

function envelopeOf(type: DeviceType, one: Vector): Envelope {
  const text = one.payloadText ?? JSON.stringify(one.payload)
  return {
    kind: 'envelope',
    organisation,
    connection: 'vectors',
    device,
    topic: one.topic ?? (type.protocol === 'mqtt' ? deviceTopic(type, { organisation, device }) : ''),
    payload: new TextEncoder().encode(text),
    ingest: one.ingest,
    retained: false,
  }
}
