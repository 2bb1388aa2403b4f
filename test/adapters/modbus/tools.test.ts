import { describe, expect, test } from 'vitest'
import { findTransport } from '../../../src/adapters/modbus/find-transport.ts'
import { lookAround } from '../../../src/adapters/modbus/look-around.ts'
import { scanModbus } from '../../../src/adapters/modbus/scan.ts'
import { systemClock } from '../../../src/clock.ts'
import { modbusConnection } from '../../../src/devices/modbus/connection.ts'
import { diagnose } from '../../../src/devices/modbus/diagnose.ts'
import type { Found } from '../../../src/adapters/workbench.ts'
import { MS } from '../../../src/domain/time.ts'
import { systemRandom } from '../../../src/random.ts'
import { bankOf, serverFor, typeOf } from './polling.ts'

function partsFor(port: number, transport = 'tcp') {
  const settings = modbusConnection.parse({
    protocol: 'modbus',
    transport,
    host: '127.0.0.1',
    port,
    timeout: '200ms',
  })
  if (settings.transport === 'rtu') throw new Error('not over TCP')
  return { settings, clock: systemClock, random: systemRandom }
}

async function all(found: AsyncIterable<Found>): Promise<Found[]> {
  const list: Found[] = []
  for await (const one of found) list.push(one)
  return list
}

describe('a scan', () => {
  test('finds units, tables, holes, and shows every register as all it could be', async () => {
    const bank = bankOf({ holding: { 0: [1, 2], 5: [0x41c8, 0] }, coil: { 0: [1] } })
    await using server = await serverFor(new Map([[2, bank]]))
    const found = await all(
      scanModbus(partsFor(server.port), {
        units: [1, 2],
        tables: ['holding', 'coil'],
        range: [0, 9],
        addressBase: 1,
        pause: MS,
      }),
    )
    const where = found.map((one) => one.where)
    expect(where).toEqual([
      'unit 2 holding register 1',
      'unit 2 holding register 2',
      'unit 2 holding register 6',
      'unit 2 holding register 7',
      'unit 2 holding registers 3 to 5',
      'unit 2 holding registers 8 to 10',
      'unit 2 coil 1',
      'unit 2 coils 2 to 10',
    ])
    const six = found.find((one) => one.where === 'unit 2 holding register 6')
    expect(six?.shows).toContainEqual({ as: 'float32 ABCD', value: '25' })
    expect(six?.shows).toContainEqual({ as: 'uint16', value: '16840' })
    expect(six?.shows.map(({ as }) => as)).toContain('float32 CDAB')
    expect(six?.proposal).toEqual({
      key: 'holding6',
      definition: { table: 'holding', address: 6, type: 'uint16' },
    })
    // Unit 1 costs one question.
    expect(server.asked.filter(({ unit }) => unit === 1)).toHaveLength(1)
    expect(server.asked.every(({ functionCode }) => functionCode <= 4)).toBe(true)
  })
  test('says so when the line cannot be opened', async () => {
    const order = {
      units: [1],
      tables: ['holding'] as const,
      range: [0, 1] as const,
      addressBase: 0 as const,
      pause: MS,
    }
    await expect(all(scanModbus(partsFor(1), order))).rejects.toMatchObject({
      details: { kind: 'unavailable', what: 'The line 127.0.0.1:1 cannot be opened' },
    })
  })
})

describe('what a server speaks', () => {
  for (const [framing, transport] of [
    ['tcp', 'tcp'],
    ['rtu', 'rtu-over-tcp'],
  ] as const) {
    test(`${transport} is told from the other`, async () => {
      const units = new Map([[1, bankOf({ holding: { 4: [1] } })]])
      await using server = await serverFor(units, { framing })
      const { settings, ...parts } = partsFor(server.port)
      expect(await findTransport(parts, settings, 1)).toEqual({
        transport,
        said: 'unit 1 answers with exception 2',
      })
    })
  }
})

/** 25.0 and 30.0 with the low register first at 10 and 12; 231 at 20. */
const device = bankOf({ input: { 10: [0, 0x41c8, 0, 0x41f0], 20: [231] } })

async function hints(
  points: Record<string, Record<string, unknown>>,
  modbus: Record<string, unknown> = {},
) {
  await using server = await serverFor(new Map([[1, device]]))
  const type = typeOf(points, modbus)
  const message = await lookAround(partsFor(server.port), { type, address: { unit: 1 } })
  return diagnose(type, message)
}

describe('a seeded mistake is named', () => {
  test('nothing is said of a type that is right', async () => {
    expect(
      await hints({
        flow: {
          table: 'input',
          address: 10,
          type: 'float32',
          order: 'CDAB',
          range: [1, 100],
        },
        volts: { table: 'input', address: 20, range: [100, 300] },
      }),
    ).toEqual([])
  })
  test('wrong word order', async () => {
    const [hint, ...more] = await hints({
      flow: { table: 'input', address: 10, type: 'float32', unit: 'L/s', range: [1, 100] },
    })
    expect(hint).toMatchObject({
      point: 'flow',
      mistake: 'word_order',
      what: 'flow has the wrong word order: ABCD',
      why: expect.stringContaining('as CDAB the same registers read 25 L/s') as string,
    })
    expect(more).toEqual([])
  })
  test('wrong word order of a float without a range: no device measures 2e-41', async () => {
    const [hint] = await hints({ flow: { table: 'input', address: 10, type: 'float32' } })
    expect(hint).toMatchObject({ mistake: 'word_order' })
  })
  test('all addresses one too high: the manual counts from 1', async () => {
    const found = await hints({
      flow: {
        table: 'input',
        address: 11,
        type: 'float32',
        order: 'CDAB',
        range: [1, 100],
      },
      other: {
        table: 'input',
        address: 13,
        type: 'float32',
        order: 'CDAB',
        range: [1, 100],
      },
      volts: { table: 'input', address: 21, range: [100, 300] },
    })
    expect(new Map(found.map(({ point, mistake }) => [point, mistake]))).toEqual(
      new Map([
        ['flow', 'address_off_by_one'],
        ['other', 'address_off_by_one'],
        ['volts', 'address_off_by_one'],
      ]),
    )
    expect(found[0]?.next).toContain('modbus.addressBase: 1')
  })
  test('all addresses one too low: the manual counts from 0', async () => {
    const found = await hints(
      { volts: { table: 'input', address: 20 } },
      { addressBase: 1 },
    )
    expect(found).toMatchObject([
      {
        mistake: 'address_off_by_one',
        next: expect.stringContaining('addressBase: 0') as string,
      },
    ])
  })
  test('a register that is nowhere near', async () => {
    expect(await hints({ volts: { table: 'input', address: 400 } })).toMatchObject([
      { mistake: 'no_such_register' },
    ])
  })
})
