import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import { createDecoder } from '../../../src/devices/decode.ts'
import type { Decode, Decoded } from '../../../src/devices/decoder.ts'
import { wrapUplink } from '../../../src/devices/lorawan/wrap.ts'
import { createSandbox } from '../../../src/devices/sandbox/sandbox.ts'
import { deviceType, type DeviceType } from '../../../src/devices/device-type.ts'
import type { PointId } from '../../../src/domain/ids.ts'
import { Dice } from '../../support/dice.ts'
import { envelope, noon, typeWith } from '../../support/devices.ts'

/** 100,000 messages through one warm sandbox, so many at once as fit into a few of its round trips. */
const messages = 100_000
const atOnce = 200
const timeout = 240_000

const sandbox = createSandbox(systemClock)
afterAll(() => sandbox.close())

/** What published codecs do on their bad days, chosen by the message's first byte. */
const codec = `
function decodeUplink({ bytes, fPort }) {
  switch ((bytes[0] ?? 0) % 9) {
    case 0: return { data: { a: bytes[1], b: bytes[2] } }
    case 1: throw new Error('byte ' + bytes[1])
    case 2: return { errors: ['no such port ' + fPort] }
    case 3: return { data: JSON.parse(String.fromCharCode.apply(null, bytes.slice(1))) }
    case 4: return { data: { a: bytes[1] / bytes[2], b: String.fromCharCode(bytes[3], bytes[4]) } }
    case 5: return null
    case 6: { const knot = { data: {} }; knot.data.a = knot; return knot }
    case 7: return { data: { a: bytes.slice(1), b: undefined, __proto__: { c: 1 } } }
    default: return { data: { a: Buffer.from(bytes).readFloatLE(1), b: new Date(bytes[1] * 1e15) } }
  }
}`
const points = {
  a: { path: '$.data.a', optional: true },
  b: { path: '$.data.b', kind: 'text', optional: true },
}
const luminaire = deviceType.parse({
  type: 'test/luminaire@1.0.0',
  description: 'for tests',
  protocol: 'lorawan',
  interval: '15m',
  points,
  lorawan: { envelopes: ['chirpstack4', 'tts3'], fPort: [1], payload: 'frm' },
  codec: './codec.js',
  codecSource: codec,
})
const sum = typeWith({
  a: { jsonata: '$sum(a) / $count(b)', optional: true },
  b: { jsonata: "$join(a, '-') & c.d[0]", kind: 'text', optional: true },
})

describe('code of device types, whatever the message is', () => {
  it.each([
    ['a codec', luminaire, uplink],
    ['an expression', sum, json],
  ] as const)(
    'leads to values that can be stored or to reasons: %s',
    async (_, type, make) => {
      const decode = decoderOf(type)
      let bad = 0
      await fc.assert(
        fc.asyncProperty(fc.integer(), async (seed) => {
          const dice = new Dice(seed)
          const payloads = Array.from({ length: atOnce }, () => make(dice))
          const all = await Promise.all(
            payloads.map(async (payload) => decode(envelope(payload))),
          )
          bad += all.filter(({ problems }) => problems.length > 0).length
          // The same message says the same, in whatever company it comes.
          const again = await decode(envelope(payloads[0] ?? ''))
          expect(again).toEqual(all[0])
          return all.every(isStorable)
        }),
        { numRuns: messages / 2 / atOnce },
      )
      expect(bad).toBeGreaterThan(messages / 20)
    },
    timeout,
  )
})

function uplink(dice: Dice): Uint8Array {
  const text = Buffer.from(
    `${String.fromCharCode(3)}${JSON.stringify(dice.json(['a', 'b']))}`,
  )
  const bytes = dice.chance(4) ? text.subarray(0, 200) : dice.bytes(12)
  return wrapUplink(dice.pick(['chirpstack4', 'tts3']), { bytes, fPort: 1, at: noon })
}

function json(dice: Dice): Uint8Array {
  const message = { a: dice.json(['a', 'd']), b: dice.json(['b']), c: dice.json(['d']) }
  return Buffer.from(JSON.stringify(dice.chance(8) ? dice.json(['a', 'b']) : message))
}

function decoderOf(type: DeviceType): Decode {
  const ids = Object.keys(type.points).map((key, index): [string, PointId] => [
    key,
    (index + 1) as PointId,
  ])
  const devices = new Map([['lamp-17', { type, points: new Map(ids) }]])
  return createDecoder({ version: 1, devices }, sandbox)
}

function isStorable({ readings, problems }: Decoded): boolean {
  if (readings.some(({ quality }) => quality === 'bad') && problems.length === 0)
    return false
  return readings.every(({ value, quality }) => {
    if ((value === null) !== (quality === 'bad')) return false
    if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0')
    return typeof value !== 'number' || Number.isFinite(value)
  })
}
