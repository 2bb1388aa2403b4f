import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isBits, type Field } from '../../../src/devices/modbus/layout.ts'
import { planBlocks, splitBlock } from '../../../src/devices/modbus/plan.ts'
import type { ModbusLimits, ModbusTable } from '../../../src/devices/modbus/type.ts'
import { durationUs } from '../../../src/domain/time.ts'

const none = durationUs(0)
const usual: ModbusLimits = {
  maxWords: 125,
  maxBits: 2_000,
  maxGap: 16,
  pauseBetween: none,
  pauseAfterConnect: none,
  oneRequestPerField: false,
  coilsFromZero: false,
}

function field(table: ModbusTable, address: number, count = 1): Field {
  return {
    key: `${table}${address}`,
    table,
    address,
    count,
    group: 'fast',
    value: undefined,
    definition: { kind: 'measure', scale: 1, offset: 0, optional: false },
  }
}

function shown(fields: readonly Field[], limits: Partial<ModbusLimits> = {}): string[] {
  return planBlocks(fields, { ...usual, ...limits }).map(
    ({ table, address, count }) => `${table} ${address}+${count}`,
  )
}

const regs = (...addresses: number[]): Field[] =>
  addresses.map((at) => field('holding', at))

describe('requests for points', () => {
  test('neighbours are one', () => {
    expect(shown(regs(3, 1, 2))).toEqual(['holding 1+3'])
  })
  test('a gap up to the limit is read along, a longer one is not', () => {
    expect(shown(regs(0, 17))).toEqual(['holding 0+18'])
    expect(shown(regs(0, 18))).toEqual(['holding 0+1', 'holding 18+1'])
    expect(shown(regs(0, 2), { maxGap: 0 })).toEqual(['holding 0+1', 'holding 2+1'])
  })
  test('tables are apart', () => {
    expect(shown([field('input', 1), field('holding', 1)])).toEqual([
      'input 1+1',
      'holding 1+1',
    ])
  })
  test('no request is longer than the device allows', () => {
    const many = Array.from({ length: 12 }, (_, at) => field('holding', at))
    expect(shown(many, { maxWords: 5 })).toEqual([
      'holding 0+5',
      'holding 5+5',
      'holding 10+2',
    ])
  })
  test('a value of several registers is never cut', () => {
    const values = [field('input', 0, 4), field('input', 4, 4)]
    expect(shown(values, { maxWords: 6 })).toEqual(['input 0+4', 'input 4+4'])
  })
  test('one request for each point, where the device wants that; bits of one word are one', () => {
    const fields = [field('holding', 0), field('holding', 1), field('holding', 1)]
    expect(shown(fields, { oneRequestPerField: true })).toEqual([
      'holding 0+1',
      'holding 1+1',
    ])
  })
  test('coils from 0, where the device wants that', () => {
    const coils = [field('coil', 7), field('coil', 90)]
    expect(shown(coils, { coilsFromZero: true })).toEqual(['coil 0+91'])
  })

  test('every point is in exactly one request, which is within the limits', () => {
    const someField = fc.record({
      table: fc.constantFrom<ModbusTable>('coil', 'discrete', 'input', 'holding'),
      address: fc.integer({ min: 0, max: 400 }),
      count: fc.constantFrom(1, 2, 4),
    })
    const someLimits = fc.record({
      maxWords: fc.integer({ min: 4, max: 125 }),
      maxBits: fc.integer({ min: 4, max: 2_000 }),
      maxGap: fc.integer({ min: 0, max: 124 }),
      oneRequestPerField: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(someField, { maxLength: 60 }), someLimits, (some, limits) => {
        const fields = some.map(({ table, address, count }) =>
          field(table, address, isBits(table) ? 1 : count),
        )
        const blocks = planBlocks(fields, { ...usual, ...limits })
        expect(blocks.flatMap((block) => block.fields)).toHaveLength(fields.length)
        for (const block of blocks) {
          const most = isBits(block.table) ? limits.maxBits : limits.maxWords
          // Values that overlap are one request whatever that makes it.
          expect(block.count).toBeLessThanOrEqual(Math.max(most, 7))
          for (const one of block.fields) {
            expect(one.table).toBe(block.table)
            expect(one.address).toBeGreaterThanOrEqual(block.address)
            expect(one.address + one.count).toBeLessThanOrEqual(block.address + block.count)
          }
        }
      }),
    )
  })
})

const cut = (fields: readonly Field[]): string[] | undefined => {
  const [block] = planBlocks(fields, usual)
  return (
    block && splitBlock(block, usual)?.map(({ address, count }) => `${address}+${count}`)
  )
}

describe('a request that was refused', () => {
  test('is cut in its widest gap', () => {
    expect(cut(regs(0, 1, 9, 12))).toEqual(['0+2', '9+4'])
  })
  test('without gaps in the middle', () => {
    expect(cut(regs(0, 1, 2, 3))).toEqual(['0+2', '2+2'])
  })
  test('of one point is not cut, nor between bits of one word', () => {
    expect(cut(regs(5))).toBeUndefined()
    expect(cut(regs(5, 5, 5))).toBeUndefined()
  })
})
