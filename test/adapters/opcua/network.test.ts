import { expect, it } from 'vitest'
import { startNetwork } from './proxy.ts'
import {
  listenTo,
  rootPath,
  startListening,
  startTestServer,
  station,
  stationType,
} from './town.ts'
import { until } from '../../support/until.ts'

it('does not wait for a server that is not there: startup retry', async () => {
  await using gone = await startNetwork(1)
  await using listening = await startListening({ port: gone.port })
  await until(() => listening.state() === 'offline')
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
  await until(() => listening.adapter.health().detail.includes('given up'))
  expect(listening.state()).toBe('offline')
})

it('takes devices in and out without a new connection', async () => {
  const type = stationType()
  await using server = await startTestServer({ type })
  server.space.set('level', 1)
  await using network = await startNetwork(server.port)
  const seen = { port: network.port, fingerprint: server.fingerprint }
  await using listening = await listenTo(seen, { devices: [station(type)] })
  await until(() => listening.messages().length > 0)
  const before = network.count()
  const other = station(type, 'device-2')
  await listening.adapter.reload([other])
  await until(() => listening.messages('device-2').length > 0)
  expect([...listening.adapter.devices().keys()]).toEqual(['device-2'])
  const wrong = station(type, 'device-3', rootPath.replace('harbour', 'harbor'))
  await listening.adapter.reload([other, wrong])
  expect(listening.adapter.devices().get('device-3')?.detail).toContain(
    'did you mean p:harbour?',
  )
  const stored = listening.messages().length
  server.space.set('level', 2)
  await until(() => listening.messages('device-2').length > 1)
  expect(listening.messages().length).toBe(stored)
  expect(network.count()).toBe(before)
})
