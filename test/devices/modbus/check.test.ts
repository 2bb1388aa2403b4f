import { describe, expect, test } from 'vitest'
import { deviceType } from '../../../src/devices/device-type.ts'
import { checkModbusType } from '../../../src/devices/modbus/check.ts'

type Points = Readonly<Record<string, Readonly<Record<string, unknown>>>>

function check(points: Points, addressBase = 1): string[] {
  const type = deviceType.parse({
    type: 'test/check@1.0.0',
    description: 'a mistake',
    protocol: 'modbus',
    interval: '5s',
    modbus: { addressBase },
    points,
  })
  if (type.protocol !== 'modbus') throw new Error('not Modbus')
  return checkModbusType(type).map(({ what, where }) => `${where}: ${what}`)
}

const mistakes: readonly (readonly [string, Points, string])[] = [
  ['an address below the first', { a: { table: 'input', address: 0 } }, 'points.a.address'],
  [
    'an address beyond the last',
    { a: { table: 'holding', address: 65_536, type: 'uint32' } },
    'points.a.address',
  ],
  [
    'a bit that the word lacks',
    { a: { table: 'holding', address: 1, bit: 17 } },
    'points.a.bit',
  ],
  [
    'a bit of a float',
    { a: { table: 'holding', address: 1, bit: 3, type: 'float32' } },
    'points.a.bit',
  ],
  [
    'an order of one register for two',
    { a: { table: 'holding', address: 1, type: 'float32', order: 'BA' } },
    'points.a.order',
  ],
  [
    'values that overlap',
    {
      a: { table: 'holding', address: 1, type: 'float32' },
      b: { table: 'holding', address: 2 },
    },
    'points.b.address',
  ],
]

describe('a type', () => {
  for (const [name, points, where] of mistakes) {
    test(`with ${name} is refused, and it is said where`, () => {
      expect(check(points)).toEqual([expect.stringContaining(`${where}: `) as string])
    })
  }
  test('may have many bits in one word', () => {
    expect(
      check({
        a: { table: 'holding', address: 1, bit: 0, kind: 'state' },
        b: { table: 'holding', address: 1, bit: 1, kind: 'state' },
      }),
    ).toEqual([])
  })
})
