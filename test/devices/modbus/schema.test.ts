import { describe, expect, test } from 'vitest'
import { modbusConnection } from '../../../src/devices/modbus/connection.ts'
import { modbusPoint, modbusSection } from '../../../src/devices/modbus/type.ts'

const refused: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ['a coil that is a measure', { table: 'coil', address: 1 }, 'kind: state'],
  [
    'a coil with a type',
    { table: 'coil', address: 1, kind: 'state', type: 'int16' },
    'no type',
  ],
  [
    'a coil with a bit',
    { table: 'coil', address: 1, kind: 'state', bit: 1 },
    'neither bit',
  ],
  ['a register that is a bit', { table: 'input', address: 1, type: 'bit' }, 'not a bit'],
  ['a text without length', { table: 'input', address: 1, type: 'string' }, 'length'],
  ['a number with length', { table: 'input', address: 1, length: 2 }, 'length'],
  [
    'a text as a measure',
    { table: 'input', address: 1, type: 'string', length: 2 },
    'kind: text',
  ],
  ['a table that is none', { table: 'register', address: 1 }, 'Invalid option'],
]

describe('a point', () => {
  for (const [name, point, message] of refused) {
    test(`is refused: ${name}`, () => {
      const result = modbusPoint.safeParse(point)
      expect(result.error?.issues.map((issue) => issue.message).join('; ')).toContain(
        message,
      )
    })
  }
})

describe('a section', () => {
  test('must say where the manual begins to count', () => {
    expect(modbusSection.safeParse({}).success).toBe(false)
  })
  test('has what Modbus allows when it says nothing else', () => {
    expect(modbusSection.parse({ addressBase: 1 })).toEqual({
      addressBase: 1,
      defaults: { type: 'uint16', order: 'ABCD', poll: 'fast' },
      poll: { fast: 5_000_000, slow: 60_000_000 },
      limits: {
        maxWords: 125,
        maxBits: 2_000,
        maxGap: 16,
        pauseBetween: 0,
        pauseAfterConnect: 0,
        oneRequestPerField: false,
        coilsFromZero: false,
      },
    })
  })
})

describe('a line', () => {
  test('says how its bytes go', () => {
    const line = { protocol: 'modbus', host: 'gw', port: 502 }
    expect(modbusConnection.safeParse(line).success).toBe(false)
    expect(modbusConnection.parse({ ...line, transport: 'tcp' })).toMatchObject({
      startup: 'retry',
      timeout: 1_000_000,
    })
  })
  test('at this machine has a path and no host', () => {
    const line = { protocol: 'modbus', transport: 'rtu', path: '/dev/ttyUSB0' }
    expect(modbusConnection.parse(line)).toMatchObject({ baud: 19_200, parity: 'even' })
    expect(modbusConnection.safeParse({ ...line, host: 'gw' }).success).toBe(false)
  })
})
