import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deviceType, type TypeOf } from '../../../src/devices/device-type.ts'
import type { Message, Understood } from '../../../src/devices/message-reader.ts'
import { encodeTalqMessage, type TalqEntry } from '../../../src/devices/talq/message.ts'
import { talqReader } from '../../../src/devices/talq/reader.ts'

const parsed = deviceType.parse({
  type: 'example/lamp@1.0.0',
  description: 'A TALQ luminaire',
  protocol: 'talq',
  interval: '1h',
  points: {
    power: { function: 'f1', attribute: 'activePower', unit: 'W' },
    level: { function: 'f2', attribute: 'actualLightState.level', unit: '%' },
    lampFailure: { function: 'f1', attribute: 'event:lampFailure', kind: 'state' },
    restarted: { attribute: 'event:deviceReset', kind: 'state' },
  },
})
if (parsed.protocol !== 'talq') throw new Error('no TALQ type')
const type: TypeOf<'talq'> = parsed
const lamp = '3f2a77b0-5e63-4a6e-9e0b-0e5c1b9d2a11'
const at = (second: number): string => `2026-11-20T13:31:0${second}Z`
const us = (second: number): number => Date.parse(at(second)) * 1_000

async function read(...entries: TalqEntry[]): Promise<Understood> {
  const message = await talqReader(type)(encodeTalqMessage({ v: 1, entries }))
  if (!message.ok) throw new Error(message.problem.detail)
  return message
}

function attribute(name: string, value: unknown, rest: Partial<TalqEntry> = {}): TalqEntry {
  return {
    type: 'AttributeLogData',
    srcAddress: `${lamp}/f1`,
    attributeName: name,
    attributeValue: { value },
    ...rest,
  }
}

function event(name: string, rest: Partial<TalqEntry> = {}): TalqEntry {
  return { type: 'EventLogData', srcAddress: `${lamp}/f1`, eventType: name, ...rest }
}

describe('what a TALQ gateway logged', () => {
  it('is heard for its function and attribute, oldest first', async () => {
    const { say } = await read(
      attribute('activePower', 42, { timestamp: at(2) }),
      attribute('activePower', 41, { timestamp: at(1) }),
      attribute('activePower', 99, { srcAddress: `${lamp}/other` }),
      attribute('supplyVoltage', 230),
    )
    expect(say('power')).toEqual([
      { raw: 41, source: us(1) },
      { raw: 42, source: us(2) },
    ])
    expect(say('level')).toEqual([])
    expect(say('nobody')).toEqual([])
  })

  it('may be inside the value of an attribute', async () => {
    const srcAddress = `${lamp}/f2`
    const { say } = await read(
      attribute('actualLightState', { level: 70 }, { srcAddress }),
      attribute('actualLightState', 'on', { srcAddress }),
      attribute('actualLightState', { __proto__: { level: 1 } }, { srcAddress }),
    )
    expect(say('level').map(({ raw }) => raw)).toEqual([70, undefined, undefined])
  })

  it('is an event that begins, ends, or has happened', async () => {
    const { say } = await read(
      event('lampFailure', { startEndFlag: true, timestamp: at(1) }),
      event('lampFailure', { startEndFlag: false, timestamp: at(3) }),
      event('deviceReset', { srcAddress: lamp }),
      event('deviceReset'),
    )
    expect(say('lampFailure')).toEqual([
      { raw: true, source: us(1) },
      { raw: false, source: us(3) },
    ])
    expect(say('restarted')).toEqual([{ raw: true }])
  })

  it('keeps a value whose time cannot be read, and says so', async () => {
    const message = await read(attribute('activePower', 1, { timestamp: 'yesterday' }))
    expect(message.say('power')).toEqual([{ raw: 1 }])
    expect(message.problems).toMatchObject([{ reason: 'bad_time' }])
    expect(message.partial).toBe(true)
  })

  it.each([
    ['nothing', '', 'not_json'],
    ['another message', '{"a":1}', 'not_talq'],
    ['another version', '{"v":2,"entries":[]}', 'not_talq'],
  ])('%s is refused by name', async (_what, text, reason) => {
    const message = await talqReader(type)(Buffer.from(text))
    expect(message).toMatchObject({ ok: false, problem: { reason } })
  })

  it('never throws, whatever the log holds', async () => {
    const reader = talqReader(type)
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (text) => {
        const message: Message = await reader(Buffer.from(text))
        expect(typeof message.ok).toBe('boolean')
      }),
    )
  })
})
