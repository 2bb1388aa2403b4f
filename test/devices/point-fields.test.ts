import { describe, expect, it } from 'vitest'
import { deviceType } from '../../src/devices/device-type.ts'
import { hasFirmware } from '../../src/devices/firmware.ts'
import { conversion, isUnit, meantUnit, unitCodes } from '../../src/devices/units.ts'
import { decodeOne, first, typeWith } from '../support/devices.ts'

const plain = {
  type: 'test/thing@1.0.0',
  description: 'for tests',
  mqtt: { topic: 'v1/{device}/up' },
  interval: '15m',
}
const refusal = (points: unknown, rest: object = {}): string =>
  (deviceType.safeParse({ ...plain, ...rest, points }).error?.issues ?? [])
    .map(({ path, message }) => `${path.join('.')}: ${message}`)
    .join('; ')

describe('bits of one integer', () => {
  const type = typeWith({
    level: { path: '$.level', unit: 'm' },
    faults: {
      path: '$.f',
      bits: { 0: 'lampFailure', 31: { point: 'sensorError', makesBad: ['level'] } },
    },
  })

  it('become states of their own, and nobody sees them together', () => {
    expect(Object.keys(type.points)).toEqual(['level', 'lampFailure', 'sensorError'])
    expect(type.points['sensorError']).toMatchObject({
      kind: 'state',
      bit: 31,
      path: '$.f',
    })
    expect(type.points['lampFailure']).not.toHaveProperty('bits')
  })

  it('take the word from the points that mean nothing while they are set', () => {
    const { readings, problems } = decodeOne(type, '{"level":1.5,"f":2147483648}')
    expect(readings.map(({ value, quality, code }) => [value, quality, code])).toEqual([
      [null, 'bad', 'device_fault'],
      [false, 'good', 'ok'],
      [true, 'good', 'ok'],
    ])
    expect(problems).toEqual([
      { reason: 'device_fault', detail: 'level: sensorError is true' },
    ])
    expect(decodeOne(type, '{"level":1.5,"f":1}').readings[0]?.value).toBe(1.5)
  })

  it.each([
    [
      'a name twice',
      { a: { path: '$.a' }, f: { path: '$.f', bits: { 0: 'a' } } },
      '"a" is a point of a too',
    ],
    ['bit 32', { f: { path: '$.f', bits: { 32: 'a' } } }, 'f.bits.32'],
    [
      'an enum as well',
      { f: { path: '$.f', bits: { 0: 'a' }, enum: { 0: 'x' } } },
      'exclude',
    ],
    [
      'an unknown victim',
      { f: { path: '$.f', bits: { 0: { point: 'a', makesBad: ['b'] } } } },
      'a point of this type',
    ],
    ['a name that is none', { f: { path: '$.f', bits: { 0: 'Lamp failure' } } }, 'bits'],
  ])('are refused with %s', (_, points, says) => {
    expect(refusal(points)).toContain(says)
  })
})

describe('units', () => {
  it.each([
    ['mm', 'm', 2116, 2.116],
    ['W.h', 'kW.h', 48211, 48.211],
    ['[degF]', 'Cel', 212, 100],
    ['Cel', 'K', 0, 273.15],
    ['bar', 'm[H2O]', 0.980665, 10],
    ['L/s', 'm3/h', 10, 36],
    ['%', '1', 97, 0.97],
  ])('%s become %s', (rawUnit, unit, raw, value) => {
    const type = typeWith({ v: { path: '$.v', rawUnit, unit } })
    expect(first(type, `{"v":${raw}}`).value).toBeCloseTo(value, 9)
  })

  it('convert back and forth to the same', () => {
    for (const from of unitCodes) {
      for (const to of unitCodes) {
        const there = conversion(from, to)
        const back = conversion(to, from)
        expect(there === undefined).toBe(back === undefined)
        if (there === undefined || back === undefined) continue
        const value = (17 * there.scale + there.offset) * back.scale + back.offset
        expect(value).toBeCloseTo(17, 6)
      }
    }
  })

  it.each([
    ['°C', 'Cel'],
    ['kWh', 'kW.h'],
    ['l/s', 'L/s'],
    ['dBm', 'dB[mW]'],
    ['kw', 'kW'],
  ])('%s is no code, and %s was meant', (written, meant) => {
    expect([isUnit(written), meantUnit(written), isUnit(meant)]).toEqual([
      false,
      meant,
      true,
    ])
  })

  it('of different kinds are not converted', () => {
    expect(refusal({ v: { path: '$.v', rawUnit: 'W', unit: 'm' } })).toContain(
      'the same kind as m',
    )
  })

  it('may count anything in braces', () => expect(isUnit('{lamps}')).toBe(true))
})

describe('coercion', () => {
  const number = typeWith({ v: { path: '$.v', coerce: true } })
  const boolean = typeWith({
    v: { path: '$.v', kind: 'state', valueType: 'boolean', coerce: true },
  })
  const words = typeWith({ v: { path: '$.v', kind: 'text', coerce: true } })
  it.each([
    [number, '" 12.5 "', 12.5],
    [number, 'true', 1],
    [number, '"-3e2"', -300],
    [boolean, '0', false],
    [boolean, '"true"', true],
    [words, '5', '5'],
  ])('takes for what it means %#', (type, raw, value) => {
    expect(first(type, `{"v":${raw}}`)).toMatchObject({ value, quality: 'good' })
  })

  it.each([
    [number, '"12,5"'],
    [number, '"0x10"'],
    [number, '"NaN"'],
    [boolean, '2'],
    [boolean, '"yes"'],
    [words, '{}'],
  ])('does not guess %#', (type, raw) => {
    expect(first(type, `{"v":${raw}}`)).toMatchObject({
      quality: 'bad',
      reasons: ['wrong_type'],
    })
  })
})

it.each([
  ['0', 'good'],
  ['65535', 'good'],
  ['65536', 'bad'],
  ['-1', 'bad'],
])('a counter that begins at 0 again after 65535 shows %s: %s', (raw, quality) => {
  const type = typeWith({ v: { path: '$.v', kind: 'counter', rollover: 65_536 } })
  expect(first(type, `{"v":${raw}}`).quality).toBe(quality)
})

it.each([
  ['>=2.1 <3', 'v2.1', true],
  ['>=2.1 <3', 'FW 2.9.4', true],
  ['>=2.1 <3', '3.0.0', false],
  ['>=2.1 <3', undefined, false],
  ['>=2.1 <3', 'newest', false],
  [undefined, undefined, true],
])('a point of firmware %s is on a device with %s: %s', (range, firmware, there) => {
  expect(hasFirmware(range, firmware)).toBe(there)
})

describe('types with code', () => {
  it.each([
    [
      'a codec that is not there',
      { protocol: 'lorawan', mqtt: undefined, codec: './codec.js' },
      'a file codec.js',
    ],
    [
      'bytes that nobody reads',
      { protocol: 'lorawan', mqtt: undefined },
      'codec.js or tlv',
    ],
    [
      'a table without codec: tlv',
      {
        protocol: 'lorawan',
        mqtt: undefined,
        codecSource: 'x',
        codec: './codec.js',
        tlv: { '01/75': { len: 1 } },
      },
      'codec: tlv together',
    ],
    ['JSONata that is none', { transform: 'a[' }, 'JSONata that can be read'],
  ])('are refused with %s', (_, rest, says) => {
    expect(
      refusal({ v: { path: '$.data.v' } }, JSON.parse(JSON.stringify(rest))),
    ).toContain(says)
  })
})
