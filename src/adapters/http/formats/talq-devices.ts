import { z } from 'zod'
import type { FieldDevice } from '../../../devices/field-device.ts'
import { Problem } from '../../../domain/problem.ts'
import type { Answer, Delivery } from '../delivery.ts'
import type { Source } from '../source.ts'

const talqDevice = z.looseObject({
  address: z.string().min(1).max(200),
  name: z.string().max(200).default(''),
  class: z.string().max(200).default(''),
  functions: z
    .array(z.looseObject({ id: z.string().max(200), type: z.string().max(200).optional() }))
    .default([]),
})
type TalqDevice = z.infer<typeof talqDevice>

/** A sample for the inbox is kept whole up to here, in bytes. */
const SAMPLE = 64 * 1024

/** Announced or changed devices: those that nobody registered go to the inbox. */
export function takeDevices(
  { method, rest }: Delivery,
  body: unknown,
  source: Source,
): Answer {
  const [, address] = rest.split('/')
  const devices =
    address === undefined
      ? z.array(talqDevice).max(10_000).safeParse(body)
      : z
          .looseObject({})
          .transform((one) => [{ address, ...one }])
          .pipe(z.array(talqDevice))
          .safeParse(body)
  if (!devices.success) throw payloadError(devices.error)
  for (const device of devices.data) {
    if (source.find(device.address) === undefined) {
      source.tellOf(device.address.toLowerCase(), sampleOf(device))
    }
  }
  if (method === 'POST') return { status: 201, body }
  return { status: 200, body }
}

/** Whom we know, for a gateway that compares; of anything else there is nothing here. */
export function answerDevices(rest: string, source: Source): Answer {
  const [resource = '', one, ...more] = rest.split('/')
  const known = resource === 'devices' ? [...source.all()] : []
  if (resource === '') throw nothing(rest)
  if (one === undefined) return { status: 200, body: known.map(viewOf) }
  if (one === 'count') return { status: 200, body: known.length }
  const device = resource === 'devices' && more.length === 0 ? source.find(one) : undefined
  if (device === undefined) throw nothing(rest)
  return { status: 200, body: viewOf(device) }
}

function viewOf({ address, slug, type }: FieldDevice): Record<string, unknown> {
  const section = type.protocol === 'talq' ? type.talq : {}
  return {
    address: address['address'],
    name: slug,
    class: section.deviceClass ?? type.type,
    functions: [],
  }
}

function sampleOf(device: TalqDevice): Uint8Array {
  const whole = new TextEncoder().encode(JSON.stringify(device))
  if (whole.length <= SAMPLE) return whole
  const { address, name } = device
  return new TextEncoder().encode(JSON.stringify({ address, name, class: device.class }))
}

/** A body that is JSON and not what TALQ defines. */
export function payloadError(error: z.ZodError): Problem {
  const [issue] = error.issues
  return new Problem({
    kind: 'invalid',
    what: `The body is not as TALQ defines it: ${issue?.message ?? 'it is wrong'}; nothing was stored`,
    where: issue === undefined || issue.path.length === 0 ? 'body' : issue.path.join('.'),
    facts: { talq: 'payloadError' },
  })
}

function nothing(rest: string): Problem {
  return new Problem({
    kind: 'not_found',
    what: `There is nothing at ${JSON.stringify(rest.slice(0, 80))}`,
    facts: { talq: 'resourceNotFound' },
  })
}
