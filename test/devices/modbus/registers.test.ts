import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../../../src/devices/modbus/hex.ts'
import {
  putValue,
  takeValue,
  wordCount,
  type RegisterValue,
} from '../../../src/devices/modbus/registers.ts'
import type { ByteOrder, Sentinel } from '../../../src/devices/modbus/type.ts'

type Type = RegisterValue['type']

const orders = ['ABCD', 'DCBA', 'BADC', 'CDAB', 'AB', 'BA'] as const

function layout(
  type: Type,
  order: ByteOrder = 'ABCD',
  nan: Sentinel[] = [],
): RegisterValue {
  return { type, order, words: wordCount(type, 8), nan }
}

const whole = (least: number, most: number): fc.Arbitrary<number> =>
  fc.integer({ min: least, max: most })

const valuesOf: Readonly<Record<Type, fc.Arbitrary<number | string>>> = {
  int16: whole(-0x8000, 0x7fff),
  uint16: whole(0, 0xffff),
  int32: whole(-0x80000000, 0x7fffffff),
  uint32: whole(0, 0xffffffff),
  int64: fc.maxSafeInteger(),
  uint64: whole(0, Number.MAX_SAFE_INTEGER),
  float32: fc.float({ noNaN: true }).map((n) => Math.fround(n) + 0),
  float64: fc.double({ noNaN: true }),
  bcd16: whole(0, 9_999),
  bcd32: whole(0, 99_999_999),
  string: fc
    .string({ unit: 'grapheme-ascii', maxLength: 16 })
    .map((text) => text.trimEnd()),
}

describe('a value in registers', () => {
  for (const [type, values] of Object.entries(valuesOf)) {
    for (const order of orders) {
      test(`${type} ${order} comes back as it was put`, () => {
        const one = layout(type as Type, order)
        fc.assert(
          fc.property(values, (value) => {
            const taken = takeValue(putValue(value, one), one)
            const back = taken.kind === 'value' ? taken.value : undefined
            // As few digits as tell it from other float32, so not the same number of 64 bits.
            expect(type === 'float32' ? Math.fround(Number(back)) : back).toEqual(value)
          }),
        )
      })
    }
  }

  test('any bytes are a value, a sentinel or bad, and never an exception', () => {
    const types = fc.constantFrom(...(Object.keys(valuesOf) as Type[]))
    fc.assert(
      fc.property(
        types,
        fc.constantFrom(...orders),
        fc.uint8Array({ maxLength: 16 }),
        (t, o, b) => {
          const one = layout(t, o)
          const bytes = new Uint8Array(one.words * 2)
          bytes.set(b.subarray(0, bytes.length))
          expect(['value', 'sentinel', 'bad']).toContain(takeValue(bytes, one).kind)
        },
      ),
    )
  })
})

/** As manuals and other programs print them. */
const known: readonly (readonly [string, RegisterValue, unknown])[] = [
  ['41c80000', layout('float32', 'ABCD'), 25],
  ['000041c8', layout('float32', 'CDAB'), 25],
  ['c8410000', layout('float32', 'BADC'), 25],
  ['0000c841', layout('float32', 'DCBA'), 25],
  ['00010002', layout('uint32', 'ABCD'), 65_538],
  ['00020001', layout('uint32', 'CDAB'), 65_538],
  ['ff38', layout('int16'), -200],
  ['38ff', layout('int16', 'BA'), -200],
  ['ff38', layout('uint16', 'CDAB'), 65_336],
  ['0000000000000001', layout('uint64', 'ABCD'), 1],
  ['0001000000000000', layout('uint64', 'CDAB'), 1],
  ['0100000000000000', layout('uint64', 'DCBA'), 1],
  ['1234', layout('bcd16'), 1_234],
  ['12345678', layout('bcd32'), 12_345_678],
  ['3dcccccd', layout('float32'), 0.1],
  [toHex(Buffer.from('PS-2 \u00e5\0\0 trash', 'latin1')), layout('string'), 'PS-2 \u00e5'],
  [toHex(Buffer.from('SP2-')), layout('string', 'BA'), 'PS-2'],
]

describe('bytes of a manual', () => {
  for (const [hex, one, value] of known) {
    test(`${hex} is ${String(value)} as ${one.type} ${one.order}`, () => {
      expect(takeValue(fromHex(hex), one)).toEqual({ kind: 'value', value })
    })
  }
})

const sentinels: readonly (readonly [string, RegisterValue])[] = [
  ['7fff', layout('int16', 'AB', [0x7fff])],
  ['8000', layout('int16', 'AB', [0x8000])],
  ['8000', layout('int16', 'AB', [-32_768])],
  ['ffff', layout('uint16', 'AB', [1, 0xffff])],
  ['0080', layout('int16', 'BA', [0x8000])],
  ['7fffffff', layout('int32', 'ABCD', ['0x7FFFFFFF'])],
  ['ffff7fff', layout('int32', 'CDAB', ['0x7FFFFFFF'])],
  ['8000000000000000', layout('int64', 'ABCD', ['0x8000000000000000'])],
  ['7fc00000', layout('float32')],
  ['0000ffff', layout('float32', 'CDAB')],
  ['c61c3c00', layout('float32', 'ABCD', [-9_999])],
  ['7f800000', layout('float32', 'ABCD', ['0x7F800000'])],
  ['ffff', layout('bcd16', 'AB', [0xffff])],
]

describe('"no value" of a device', () => {
  for (const [hex, one] of sentinels) {
    test(`${hex} with ${JSON.stringify(one.nan)} in ${one.type} ${one.order}`, () => {
      expect(takeValue(fromHex(hex), one).kind).toBe('sentinel')
    })
  }

  test('is what a simulation puts for null', () => {
    fc.assert(
      fc.property(fc.constantFrom(...sentinels), ([, one]) => {
        expect(takeValue(putValue(null, one), one).kind).toBe('sentinel')
      }),
    )
  })
})

test('letters among decimal digits are bad, not a number', () => {
  expect(takeValue(fromHex('12f4'), layout('bcd16'))).toMatchObject({ kind: 'bad' })
})
