import { expect, it } from 'vitest'
import { startNetwork, type Fault } from './proxy.ts'
import {
  listenTo,
  rootPath,
  startListening,
  startTestServer,
  station,
  stationType,
  untilTrue,
  type Listening,
} from './town.ts'

async function hears(listening: Listening, value: number): Promise<boolean> {
  return (await listening.said('level')).some(({ raw }) => raw === value)
}

it.each<Fault>(['reset mid-frame', 'stall', 'garble'])(
  'comes back after a network that does %s, and reads the gap from the history',
  async (fault) => {
    await using server = await startTestServer()
    server.space.set('level', 1)
    await using network = await startNetwork(server.port)
    const seen = { port: network.port, fingerprint: server.fingerprint }
    await using listening = await listenTo(seen, { limits: { connectWithin: '2s' } })
    await untilTrue(() => hears(listening, 1))
    network.fault(fault)
    server.space.set('level', 2)
    await untilTrue(() => listening.state() === 'offline', 15_000)
    server.space.set('level', 3)
    server.space.set('level', 4)
    network.fault('none')
    network.cut()
    await untilTrue(() => listening.state() === 'online', 15_000)
    await untilTrue(async () => (await hears(listening, 3)) && (await hears(listening, 4)))
    // What has no history is a gap, and only that.
    await untilTrue(() => listening.messages().some(({ gaps }) => (gaps ?? []).length > 0))
    const gaps = listening.messages().flatMap((message) => message.gaps ?? [])
    expect(gaps.flatMap(({ paths }) => paths ?? ['all'])).toEqual(['p:Pump1/Fault'])
  },
)

it('understands answers that come byte by byte', async () => {
  await using server = await startTestServer()
  server.space.set('level', 1)
  await using network = await startNetwork(server.port)
  network.fault('bytewise')
  await using listening = await listenTo({
    port: network.port,
    fingerprint: server.fingerprint,
  })
  await untilTrue(() => hears(listening, 1))
  expect(network.count()).toBe(2)
})

it('finds everything again on a server that numbers its namespaces anew', async () => {
  const first = await startTestServer()
  first.space.set('level', 1)
  await using network = await startNetwork(first.port)
  await using listening = await listenTo({
    port: network.port,
    fingerprint: first.fingerprint,
  })
  await untilTrue(() => hears(listening, 1))
  await using second = await startTestServer({ namespacesBefore: ['urn:one', 'urn:two'] })
  second.space.set('level', 5)
  network.lead(second.port)
  await first[Symbol.asyncDispose]()
  await untilTrue(() => hears(listening, 5), 15_000)
  second.space.set('level', 5.5)
  await untilTrue(() => hears(listening, 5.5))
  expect(listening.state()).toBe('online')
})

it('writes a gap for everything when the type wants no history', async () => {
  const type = stationType({ opcua: { backfill: { historyRead: 'never' } } })
  await using server = await startTestServer({ type })
  server.space.set('level', 1)
  await using network = await startNetwork(server.port)
  const seen = { port: network.port, fingerprint: server.fingerprint }
  await using listening = await listenTo(seen, { devices: [station(type)] })
  await untilTrue(() => hears(listening, 1))
  network.cut()
  await untilTrue(() => listening.messages().some(({ gaps }) => (gaps ?? []).length > 0))
  const said = await listening.said('level')
  expect(said.find(({ quality }) => quality === 'bad')).toMatchObject({
    code: 'comm_fault',
  })
  await untilTrue(async () => (await listening.said('level')).at(-1)?.raw === 1)
})

it('makes a new session when the server forgets the subscription', async () => {
  await using server = await startTestServer()
  server.space.set('level', 1)
  await using network = await startNetwork(server.port)
  await using listening = await listenTo({
    port: network.port,
    fingerprint: server.fingerprint,
  })
  await untilTrue(() => hears(listening, 1))
  const engine = server.server.engine
  for (const session of Object.values(engine['_sessions'] as Record<string, never>)) {
    const subscriptions: unknown = Reflect.get(session, 'publishEngine')
    const all: unknown =
      subscriptions && Reflect.get(Object(subscriptions), 'subscriptions')
    for (const one of Array.isArray(all) ? all : [])
      Reflect.get(one, 'terminate')?.call(one)
  }
  server.space.set('level', 2)
  await untilTrue(() => hears(listening, 2), 15_000)
  expect(network.count()).toBeGreaterThan(2)
})

it('does not wait for a server that is not there: startup retry', async () => {
  await using gone = await startNetwork(1)
  await using listening = await startListening({ port: gone.port })
  await untilTrue(() => listening.state() === 'offline')
  expect(listening.adapter.health().detail).toContain('opc.tcp://127.0.0.1')
})

it('fails the start: startup error', async () => {
  await using gone = await startNetwork(1)
  await expect(
    startListening({ port: gone.port, settings: { startup: 'error' } }),
  ).rejects.toThrow('does not come about')
})

it('gives up after the first attempt: startup ignore', async () => {
  await using gone = await startNetwork(1)
  await using listening = await startListening({
    port: gone.port,
    settings: { startup: 'ignore' },
  })
  await untilTrue(() => listening.adapter.health().detail.includes('given up'))
  expect(listening.state()).toBe('offline')
})

it('gives up a server that takes connections and never answers', async () => {
  await using server = await startTestServer()
  await using network = await startNetwork(server.port)
  network.fault('stall')
  await using listening = await startListening({
    port: network.port,
    trust: [server.fingerprint],
    limits: { connectWithin: '1s' },
  })
  await untilTrue(() => listening.state() === 'offline')
  expect(listening.adapter.health().detail).toContain('did not come within 1 s')
  network.fault('none')
  await untilTrue(() => listening.state() === 'online', 15_000)
})

it('takes devices in and out without a new connection', async () => {
  const type = stationType()
  await using server = await startTestServer({ type })
  server.space.set('level', 1)
  await using network = await startNetwork(server.port)
  const seen = { port: network.port, fingerprint: server.fingerprint }
  await using listening = await listenTo(seen, { devices: [station(type)] })
  await untilTrue(() => hears(listening, 1))
  const before = network.count()
  const other = station(type, 'device-2')
  await listening.adapter.reload([other])
  await untilTrue(() => listening.messages('device-2').length > 0)
  expect([...listening.adapter.devices().keys()]).toEqual(['device-2'])
  const wrong = station(type, 'device-3', rootPath.replace('harbour', 'harbor'))
  await listening.adapter.reload([other, wrong])
  expect(listening.adapter.devices().get('device-3')?.detail).toContain(
    'did you mean p:harbour?',
  )
  const stored = listening.messages().length
  server.space.set('level', 2)
  await untilTrue(() => listening.messages('device-2').length > 1)
  expect(listening.messages().length).toBe(stored)
  expect(network.count()).toBe(before)
})
