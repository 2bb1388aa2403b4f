import { createDecoder } from '../../src/devices/decode.ts'
import type { Decoded } from '../../src/devices/decoder.ts'
import { deviceType, type DeviceType } from '../../src/devices/device-type.ts'
import { organisationId, type PointId } from '../../src/domain/ids.ts'
import type { Envelope } from '../../src/domain/log-record.ts'
import type { Reading } from '../../src/domain/reading.ts'
import { fromIso, timeUs, type TimeUs } from '../../src/domain/time.ts'

export const strandkoping = organisationId.parse('strandkoping')

/** A time of a test, written as people read it. */
export function at(iso: string): TimeUs {
  return fromIso(iso) ?? timeUs(Number.NaN)
}

export const noon = at('2026-11-20T12:00:00Z')

/** A device type for tests; only its points, and what else is given, matter. */
export function typeWith(
  points: Record<string, unknown>,
  rest: Record<string, unknown> = {},
): DeviceType {
  return deviceType.parse({
    type: 'test/thing@1.0.0',
    description: 'for tests',
    mqtt: { topic: 'v1/{organisation}/{device}/up' },
    interval: '15m',
    points,
    ...rest,
  })
}

export function envelope(
  payload: Uint8Array | string,
  changes: Partial<Envelope> = {},
): Envelope {
  return {
    kind: 'envelope',
    organisation: strandkoping,
    connection: 'mqtt',
    device: 'lamp-17',
    topic: 'v1/strandkoping/lamp-17/up',
    payload: typeof payload === 'string' ? new TextEncoder().encode(payload) : payload,
    ingest: noon,
    retained: false,
    ...changes,
  }
}

/** Decodes one message of `lamp-17`, whose points are numbered from 1 in the order of the type. */
export function decodeOne(
  type: DeviceType,
  payload: Uint8Array | string,
  changes: Partial<Envelope> = {},
): Decoded {
  const points = new Map(
    Object.keys(type.points).map((key, index) => [key, (index + 1) as PointId]),
  )
  const devices = new Map([['lamp-17', { type, points }]])
  const decode = createDecoder({ version: 7, devices })
  return atOnce(decode(envelope(payload, changes)))
}

/** What was decoded without waiting, as every type is that brings no code. */
export function atOnce<T>(decoded: T | Promise<T>): T {
  if (decoded instanceof Promise) throw new TypeError('the message was not decoded at once')
  return decoded
}

/** What became of the first point, with the reasons of all problems. */
export function first(
  type: DeviceType,
  payload: Uint8Array | string,
): Partial<Reading> & { readonly reasons: readonly string[]; readonly detail: string } {
  const { readings, problems } = decodeOne(type, payload)
  const [reading] = readings
  return {
    ...reading,
    reasons: problems.map(({ reason }) => reason),
    detail: problems.map(({ detail }) => detail).join('\n'),
  }
}

/** A street light with one point of every kind. */
export const lamp = typeWith(
  {
    power: { path: '$.p', scale: 0.1, unit: 'W', range: [0, 400] },
    state: { path: '$.st', kind: 'state', enum: { 0: 'off', 1: 'on' } },
    fault: { path: '$.f', kind: 'state', bit: 2 },
    note: { path: '$.note', kind: 'text', optional: true },
  },
  { time: { path: '$.ts', format: 'epoch_s' } },
)
