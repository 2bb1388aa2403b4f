import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deviceType } from '../../../src/devices/device-type.ts'
import { writeMessage, type MessageBlock } from '../../../src/devices/modbus/message.ts'
import { modbusReader } from '../../../src/devices/modbus/reader.ts'
import type { Message, Said } from '../../../src/devices/message-reader.ts'

const parsed = deviceType.parse({
  type: 'test/reader@1.0.0',
  description: 'everything',
  protocol: 'modbus',
  interval: '5s',
  modbus: { addressBase: 1, defaults: { order: 'CDAB' } },
  points: {
    level: { table: 'input', address: 1, type: 'int16', scale: 0.01, nan: [0x7fff] },
    energy: { table: 'input', address: 2, type: 'uint32', kind: 'counter' },
    total: { table: 'input', address: 4, type: 'bcd16' },
    open: { table: 'coil', address: 1, kind: 'state' },
    valve: {
      table: 'discrete',
      address: 1,
      kind: 'state',
      enum: { '0': 'shut', '1': 'open' },
    },
    trip: { table: 'holding', address: 1, bit: 3, kind: 'state' },
    far: { table: 'holding', address: 101 },
  },
})
if (parsed.protocol !== 'modbus') throw new Error('not Modbus')
const type = parsed

async function read(...blocks: MessageBlock[]): Promise<Message> {
  return await modbusReader(type)(writeMessage({ v: 1, unit: 3, blocks }))
}

async function said(point: string, ...blocks: MessageBlock[]): Promise<Said | undefined> {
  const message = await read(...blocks)
  if (!message.ok) throw new Error(message.problem.detail)
  return message.say(point)[0]
}

const input = (words: string): MessageBlock => ({ table: 'input', address: 0, words })

describe('what a poll says of a point', () => {
  test('its value before scale', async () => {
    expect(await said('level', input('00fa00020001'))).toEqual({ raw: 250 })
  })
  test('in the order that the type gives for all', async () => {
    expect(await said('energy', input('00fa00020001'))).toEqual({ raw: 65_538 })
  })
  test('a coil is true or false, and a number where its values have names', async () => {
    expect(await said('open', { table: 'coil', address: 0, bits: '1' })).toEqual({
      raw: true,
    })
    const shut: MessageBlock = { table: 'discrete', address: 0, bits: '0' }
    expect(await said('valve', shut)).toEqual({ raw: 0 })
  })
  test('a word whose bit is taken later', async () => {
    expect(await said('trip', { table: 'holding', address: 0, words: '0008' })).toEqual({
      raw: 8,
    })
  })
  test('"no signal" is a fault of the device', async () => {
    expect(await said('level', input('7fff'))).toMatchObject({
      raw: undefined,
      quality: 'bad',
      code: 'device_fault',
      problem: { reason: 'sentinel' },
    })
  })
  test('letters in decimal digits are a wrong type', async () => {
    expect(await said('total', input('00000000000000fa'))).toMatchObject({
      quality: 'bad',
      code: 'decode_error',
    })
  })
  test('nothing when it was not asked for', async () => {
    const message = await read(input('00fa'))
    expect(message.ok && message.partial && message.say('far')).toEqual([])
    expect(message.ok && message.say('energy')).toEqual([])
    expect(message.ok && message.say('nobody')).toEqual([])
  })
})

describe('a request that failed', () => {
  const codes: readonly (readonly [number, string])[] = [
    [1, 'config_error'],
    [2, 'config_error'],
    [3, 'config_error'],
    [4, 'device_fault'],
    [5, 'comm_fault'],
    [6, 'comm_fault'],
    [7, 'comm_fault'],
    [8, 'device_fault'],
    [9, 'comm_fault'],
    [10, 'comm_fault'],
    [11, 'comm_fault'],
  ]
  for (const [code, meant] of codes) {
    test(`with exception ${code} makes its points bad/${meant} with the code`, async () => {
      const failed = { why: 'exception', code, tried: true } as const
      const block: MessageBlock = { table: 'holding', address: 0, count: 101, failed }
      expect(await said('far', block)).toEqual({
        raw: undefined,
        quality: 'bad',
        code: meant,
        native: code,
        problem: {
          reason: 'exception',
          detail: expect.stringContaining(
            `far (holding register 101): the device answers exception ${code}: `,
          ) as string,
        },
      })
    })
  }
  for (const why of ['timeout', 'odd', 'lost', 'connect'] as const) {
    test(`by ${why} makes its points bad/comm_fault, and says why`, async () => {
      const failed = { why, tried: true }
      const message = await read(
        { table: 'input', address: 0, count: 4, failed },
        { table: 'holding', address: 0, count: 1, failed: { why, tried: false } },
      )
      expect(message.ok && message.say('level')).toEqual([
        {
          raw: undefined,
          quality: 'bad',
          code: 'comm_fault',
          problem: {
            reason: why === 'odd' ? 'odd_reply' : 'no_answer',
            detail: expect.stringContaining('level (input register 1): ') as string,
          },
        },
      ])
    })
  }
})

describe('what is no poll', () => {
  const bad: readonly (readonly [string, string])[] = [
    ['not_json', '{"v":1'],
    ['not_a_poll', '[]'],
    ['not_a_poll', '{"v":2,"unit":1,"blocks":[{"table":"coil","address":0,"bits":"1"}]}'],
    ['not_a_poll', '{"v":1,"unit":1,"blocks":[]}'],
    [
      'not_a_poll',
      '{"v":1,"unit":1,"blocks":[{"table":"coil","address":0,"words":"0001"}]}',
    ],
    [
      'not_a_poll',
      '{"v":1,"unit":1,"blocks":[{"table":"input","address":0,"words":"00a"}]}',
    ],
    ['too_large', `"${'x'.repeat(262_144)}"`],
  ]
  for (const [reason, text] of bad) {
    test(`${reason}: ${text.slice(0, 70)}`, async () => {
      const message = await modbusReader(type)(new TextEncoder().encode(text))
      expect(message).toMatchObject({ ok: false, problem: { reason } })
    })
  }

  test('any bytes are read or refused, and never an exception', async () => {
    const reader = modbusReader(type)
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((t) => Buffer.from(t)),
        ),
        async (b) => {
          const message = await reader(b)
          expect(message.ok).toBe(false)
        },
      ),
    )
  })
})
