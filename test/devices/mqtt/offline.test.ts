import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDecoder } from '../../../src/devices/decode.ts'
import { deviceType, type DeviceType } from '../../../src/devices/device-type.ts'
import { offlineReader } from '../../../src/devices/mqtt/offline.ts'
import { deviceTopics } from '../../../src/devices/topic.ts'
import { organisationId, type PointId } from '../../../src/domain/ids.ts'
import type { Envelope } from '../../../src/domain/log-record.ts'
import { flag } from '../../../src/domain/reading.ts'
import { timeUs } from '../../../src/domain/time.ts'

const will = { topic: 'lights/{organisation}/{device}/lwt', payload: 'offline' }
const at = timeUs(Date.UTC(2026, 10, 20, 17) * 1_000)

function lamp(offline: unknown, points: unknown = { power: { path: '$.p' } }): unknown {
  return {
    type: 'test/lamp@1.0.0',
    description: 'made for a test',
    protocol: 'mqtt',
    mqtt: { topic: 'lights/{organisation}/{device}/state', offline },
    interval: '60s',
    points,
  }
}

async function decoded(type: DeviceType, said: Partial<Envelope>, text: string) {
  const points = new Map([['power', 1 as PointId]])
  const decode = createDecoder({ version: 3, devices: new Map([['x', { type, points }]]) })
  const envelope: Envelope = {
    kind: 'envelope',
    organisation: organisationId.parse('lund'),
    connection: 'mqtt',
    device: 'x',
    topic: 'lights/lund/lamp-1/lwt',
    payload: Buffer.from(text),
    ingest: at,
    retained: false,
    ...said,
  }
  return decode(envelope)
}

describe('a last will', () => {
  const type = deviceType.parse(lamp(will))
  const bad = { point: 1, value: null, quality: 'bad', code: 'comm_fault' }

  it('makes every point bad/comm_fault as of when it is heard', async () => {
    expect(await decoded(type, {}, 'offline')).toEqual({
      readings: [{ ...bad, effective: at, ingest: at, flags: 0, typeVersion: 3 }],
      problems: [],
    })
  })

  it('is marked when the broker replays it', async () => {
    const { readings } = await decoded(type, { retained: true }, 'offline')
    expect(readings).toMatchObject([{ ...bad, flags: flag.replay }])
  })

  it.each(['online', 'Offline', 'offline ', '', '{"p":5}', '\u0000'])(
    'that says %j says nothing of the points',
    async (text) => {
      expect(await decoded(type, {}, text)).toEqual({ readings: [], problems: [] })
    },
  )

  it('leaves the topic of values alone, whatever is said there', async () => {
    const topic = 'lights/lund/lamp-1/state'
    const { readings } = await decoded(type, { topic }, '{"p":5}')
    expect(readings).toMatchObject([{ value: 5, quality: 'good' }])
    const { problems } = await decoded(type, { topic }, 'offline')
    expect(problems).toMatchObject([{ reason: 'not_json' }])
  })

  it.each([
    [{ path: '$.up', equals: false }, '{"up":false}', 1],
    [{ path: '$.up', equals: false }, '{"up":true}', 0],
    [{ path: '$.up', equals: false }, '{"up":0}', 0],
    [{ path: '$.up', equals: false }, 'offline', 0],
    [{ path: '$', equals: 'gone' }, '"gone"', 1],
    [{ path: '$.s[1]', equals: 3 }, '{"s":[0,3]}', 1],
  ])('can be JSON: %j of %s', async (payload, text, count) => {
    const json = deviceType.parse(lamp({ ...will, payload }))
    const { readings, problems } = await decoded(json, {}, text)
    expect(readings).toHaveLength(count)
    expect(problems).toEqual([])
  })

  it('holds for types whose messages go through code', async () => {
    const points = { power: { jsonata: 'p * 2' } }
    const coded = deviceType.parse(lamp(will, points))
    expect((await decoded(coded, {}, 'offline')).readings).toMatchObject([bad])
    const topic = 'lights/lund/lamp-1/state'
    const { readings } = await decoded(coded, { topic }, '{"p":5}')
    expect(readings).toMatchObject([{ value: 10 }])
  })

  it('comes on a topic of its own', () => {
    const identity = { organisation: 'lund', device: 'lamp-1' }
    expect(type.protocol === 'mqtt' && deviceTopics(type, identity)).toEqual([
      'lights/lund/lamp-1/state',
      'lights/lund/lamp-1/lwt',
    ])
  })

  it.each([
    ['lights/{organisation}/{device}/state', 'differs from mqtt.topic'],
    ['{device}/{organisation}/lights/state', 'differs from mqtt.topic'],
    ['lights/{organisation}/x{device}/lwt', 'a level {device}'],
    ['lights/+/{device}/lwt', 'no wildcards'],
  ])('cannot come on %s', (topic, why) => {
    const parsed = deviceType.safeParse(lamp({ ...will, topic }))
    expect(parsed.error?.message).toContain(why)
  })
})

describe('the reader of last wills', () => {
  const reader = offlineReader(will)

  it('hears the topic of every device, and no other', () => {
    const level = fc.stringMatching(/^[a-z0-9-]{1,20}$/)
    fc.assert(
      fc.property(level, level, (organisation, device) => {
        expect(reader?.hears(`lights/${organisation}/${device}/lwt`)).toBe(true)
        expect(reader?.hears(`lights/${organisation}/${device}/state`)).toBe(false)
        expect(reader?.hears(`lights/${organisation}/${device}/x/lwt`)).toBe(false)
        expect(reader?.hears(`lights/${device}/lwt`)).toBe(false)
      }),
    )
  })

  it('never throws, whatever the bytes', () => {
    const json = offlineReader({ ...will, payload: { path: '$.a[0].b', equals: 1 } })
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (bytes, topic) => {
        expect(json?.saysGone(bytes)).toBe(false)
        expect(typeof reader?.hears(topic)).toBe('boolean')
      }),
    )
  })
})
