import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createDecoder } from '../../src/devices/decode.ts'
import { deviceType, type DeviceType } from '../../src/devices/device-type.ts'
import { readTlv } from '../../src/devices/lorawan/tlv.ts'
import { tlvTable } from '../../src/devices/lorawan/tlv-type.ts'
import { uplinkOf } from '../../src/devices/lorawan/uplink.ts'
import { wrapUplink } from '../../src/devices/lorawan/wrap.ts'
import { createSandbox } from '../../src/devices/sandbox/sandbox.ts'
import type { PointId } from '../../src/domain/ids.ts'
import { earlier, MINUTE } from '../../src/domain/time.ts'
import { atOnce, envelope, noon } from '../support/devices.ts'
import { Dice } from '../support/dice.ts'

const sandbox = createSandbox(systemClock)
afterAll(() => sandbox.close())

function typeOf(points: object, rest: object): DeviceType {
  return deviceType.parse({
    type: 'test/lora@1.0.0',
    description: 'for tests',
    protocol: 'lorawan',
    interval: '1h',
    points,
    ...rest,
  })
}

function decoderOf(type: DeviceType) {
  const points = new Map(
    Object.keys(type.points).map((key, index) => [key, (index + 1) as PointId]),
  )
  return createDecoder(
    { version: 1, devices: new Map([['lamp-17', { type, points }]]) },
    sandbox,
  )
}

const table = {
  '01/75': { len: 1, point: 'battery' },
  '03/82': { len: 2, le: true, point: 'distance' },
}
const bin = typeOf(
  { battery: { unit: '%' }, distance: { unit: 'mm' }, rssi: { path: '$envelope.rssi' } },
  { codec: 'tlv', tlv: table, lorawan: { fPort: [85] } },
)
const heard = earlier(noon, MINUTE)

describe.each(['chirpstack4', 'tts3'] as const)('an uplink through %s', (via) => {
  const sent = { bytes: Buffer.from('01755C03824408', 'hex'), fPort: 85, at: heard }

  it('counts from when the network heard it', () => {
    const { readings, problems } = atOnce(decoderOf(bin)(envelope(wrapUplink(via, sent))))
    expect(problems).toEqual([])
    expect(
      readings.map(({ value, effective, server }) => [value, effective, server]),
    ).toEqual([
      [92, heard, heard],
      [2116, heard, heard],
      [-97, heard, heard],
    ])
  })

  it('on another port says nothing', () => {
    const other = wrapUplink(via, { ...sent, fPort: 7 })
    const { readings, problems } = atOnce(decoderOf(bin)(envelope(other)))
    expect([readings, problems]).toEqual([[], []])
  })
})

describe('what the network server made of the bytes', () => {
  const points = {
    power: {},
    lit: { kind: 'state' },
    note: { kind: 'text' },
    level: { default: 7 },
  }
  const absent = { lorawan: { payload: 'object' }, missing: { absentMeans: 'default' } }
  const object = { power: 12 }
  const decode = (via: 'chirpstack4' | 'tts3') =>
    atOnce(
      decoderOf(typeOf(points, absent))(
        envelope(wrapUplink(via, { object, fPort: 1, at: heard })),
      ),
    )

  it('lacks what is 0, false or empty at The Things Stack', () => {
    expect(decode('tts3').readings.map(({ value }) => value)).toEqual([12, false, '', 7])
  })

  it('lacks nothing at ChirpStack, where absent is missing', () => {
    expect(decode('chirpstack4').problems.map(({ reason }) => reason)).toEqual([
      'missing',
      'missing',
      'missing',
    ])
  })
})

describe('a message that is no uplink', () => {
  it.each([
    ['a join', { deviceInfo: { devEui: '00' }, devAddr: '01' }, []],
    ['a join accept', { end_device_ids: {}, join_accept: {} }, []],
    ['something else', { hello: 1 }, ['unknown_envelope']],
    [
      'a payload that is no base64',
      { deviceInfo: {}, rxInfo: [], fPort: 85, data: '***' },
      ['bad_payload'],
    ],
  ])('%s', (_, message, reasons) => {
    const { problems } = atOnce(decoderOf(bin)(envelope(JSON.stringify(message))))
    expect(problems.map(({ reason }) => reason)).toEqual(reasons)
  })
})

describe('no input makes a decoder throw', () => {
  const parsed = tlvTable.parse({
    ...table,
    '04/00': { len: 8, type: 'float', point: 'f' },
    '05/00': {
      len: 9,
      fields: [
        { at: 1, len: 4, type: 'float', le: true, point: 'a' },
        { at: 5, len: 3, type: 'int', point: 'b' },
      ],
    },
    '06/00': { len: 3, type: 'text', point: 't' },
  })

  it('100,000 payloads of channels, types and values', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const dice = new Dice(seed)
        const keys = ['0175', '0382', '0400', '0500', '0600', 'ff01', '']
        const scraps = dice.list(
          6,
          () => `${dice.pick(keys)}${Buffer.from(dice.bytes(9)).toString('hex')}`,
        )
        const { data, problems } = readTlv(Buffer.from(scraps.join(''), 'hex'), parsed)
        return (
          Object.values(data).every(
            (value) => typeof value !== 'number' || Number.isFinite(value),
          ) && problems.length <= 1
        )
      }),
      { numRuns: 100_000 },
    )
  }, 120_000)

  it('100,000 messages of network servers', () => {
    const names = [
      'deviceInfo',
      'end_device_ids',
      'uplink_message',
      'data',
      'object',
      'fPort',
      'rxInfo',
      'rx_metadata',
      'frm_payload',
      'time',
      'settings',
      'f_port',
    ] as const
    const decode = decoderOf(bin)
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const message = new Dice(seed).json(names)
        const found = uplinkOf(message, ['chirpstack4', 'tts3'])
        const { readings, problems } = atOnce(decode(envelope(JSON.stringify(message))))
        const bad = readings.filter(({ quality }) => quality === 'bad')
        return found.kind !== undefined && (bad.length === 0 || problems.length > 0)
      }),
      { numRuns: 100_000 },
    )
  }, 120_000)
})

it('decodes a message with a codec in less than a millisecond once it is warm', async () => {
  const codecSource =
    'function decodeUplink(i) { return { data: { p: (i.bytes[0] << 8 | i.bytes[1]) / 10 } } }'
  const type = typeOf({ p: { path: '$.data.p' } }, { codec: './codec.js', codecSource })
  const decode = decoderOf(type)
  const said = envelope(
    wrapUplink('chirpstack4', { bytes: Uint8Array.of(2, 109), fPort: 1, at: heard }),
  )
  await decode(said)
  const began = process.hrtime.bigint()
  const all = await Promise.all(
    Array.from({ length: 2_000 }, () => Promise.resolve(decode(said))),
  )
  const each = Number(process.hrtime.bigint() - began) / 2_000 / 1e6
  expect(all.every(({ readings }) => readings[0]?.value === 62.1)).toBe(true)
  // A bound against hanging on a busy machine; the bench measures.
  expect(each).toBeLessThan(20)
  process.stderr.write(`codecWarmMs ${each.toFixed(3)}\n`)
})
