import fc from 'fast-check'
import { expect, it } from 'vitest'
import { opcuaConnection } from '../../../src/devices/opcua/connection.ts'
import { checkOpcuaType } from '../../../src/devices/opcua/check.ts'
import { opcuaAddress, opcuaSection } from '../../../src/devices/opcua/type.ts'
import { opcuaReader } from '../../../src/devices/opcua/reader.ts'
import { statusMeaning } from '../../../src/devices/opcua/status.ts'
import { stationType } from '../../adapters/opcua/town.ts'

const at = 1_795_194_000_000_000
const bytes = (message: unknown): Uint8Array => Buffer.from(JSON.stringify(message))

async function level(value: Record<string, unknown>) {
  const message = await opcuaReader(stationType())(
    bytes({ v: 1, values: [{ path: 'p:WetWell/p:Level', ...value }] }),
  )
  return message.ok ? message.say('level') : []
}

it('keeps the remark of a good value that the queue of the server overflowed', async () => {
  const value = { type: 'Double', value: 3, status: 0x480 }
  expect(await level(value)).toEqual([{ raw: 3, native: 0x480 }])
})

it('takes a standing value as of when the server confirmed it', async () => {
  for (const age of [1_000, 86_400_000_000]) {
    const old = { type: 'Double', value: 1, source: at - age, server: at }
    expect(await level({ ...old, standing: true })).toMatchObject([{ source: at }])
    expect(await level(old)).toMatchObject([{ source: at - age }])
  }
  // Some servers give a value the time of its last change as their own, too.
  const same = { type: 'Double', value: 1, source: at - 9, server: at - 9, standing: true }
  expect(await level({ ...same, confirmed: at })).toMatchObject([{ source: at }])
  const ahead = { type: 'Double', value: 1, source: at + 5, server: at, standing: true }
  expect(await level(ahead)).toMatchObject([{ source: at + 5 }])
})

it('makes of a gap one bad value at its beginning, for the points it names', async () => {
  const read = opcuaReader(stationType())
  const gap = { from: at, to: at + 5, why: 'lost', paths: ['p:Pump1/Fault'] }
  const message = await read(bytes({ v: 1, gaps: [gap] }))
  if (!message.ok) throw new Error(message.problem.detail)
  expect(message.say('level')).toEqual([])
  expect(message.say('fault')).toMatchObject([
    { raw: null, code: 'comm_fault', source: at },
  ])
})

it('never throws and never says anything of nobody, whatever the bytes are', async () => {
  const read = opcuaReader(stationType())
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((text) => Buffer.from(text)),
      ),
      async (payload) => {
        const message = await read(payload)
        expect(message.ok ? message.say('nobody') : []).toEqual([])
      },
    ),
    { numRuns: 2_000 },
  )
  const shape = fc.record(
    {
      v: fc.constant(1),
      values: fc.anything(),
      gaps: fc.anything(),
      events: fc.anything(),
    },
    { requiredKeys: ['v'] },
  )
  await fc.assert(
    fc.asyncProperty(shape, async (message) => {
      let payload: Uint8Array
      try {
        payload = bytes(message)
      } catch {
        return
      }
      const understood = await read(payload)
      if (understood.ok) for (const key of ['level', 'starts', 'fault']) understood.say(key)
    }),
    { numRuns: 2_000 },
  )
})

it('gives every status one of three severities', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (status) => {
      const { quality, code } = statusMeaning(status)
      expect(quality).toBe(['good', 'uncertain', 'bad', 'bad'][status >>> 30])
      expect(code === 'ok').toBe(quality === 'good')
    }),
  )
})

const messages = (
  schema: { safeParse(value: unknown): { error?: Error | undefined } },
  value: unknown,
) => schema.safeParse(value).error?.message ?? ''

it('names the mistakes that people make in types and connections', () => {
  expect(messages(opcuaSection, { namespaces: { p: 'ns=2' } })).toContain('never by index')
  expect(messages(opcuaAddress, { root: '/0:Objects/2:Stations' })).toContain(
    'by index (2)',
  )
  expect(messages(opcuaAddress, { root: 'p:Stations' })).toContain('must begin with /')
  const connection = { protocol: 'opcua', endpoint: 'opc.tcp://plc:4840' }
  expect(
    messages(opcuaConnection, { ...connection, security: { policy: 'Basic128Rsa15' } }),
  ).toContain('can be broken')
  expect(messages(opcuaConnection, { ...connection, trust: ['ab:cd'] })).toContain(
    'SHA-256',
  )
  const type = stationType({ points: { level: { path: 'q:Level' } } })
  expect(checkOpcuaType(type)[0]?.what).toContain('The prefix q')
})
