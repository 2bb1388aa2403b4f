import { expect, it } from 'vitest'
import { listenTo, startTestServer, station, stationType } from './town.ts'
import { until } from '../../support/until.ts'

function manyPoints(count: number): Record<string, unknown> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `v${index}`,
      { path: `p:All/p:V${index}` },
    ]),
  )
}

it('watches 1,000 values of a server that takes 100 in one request', async () => {
  const type = stationType({ points: manyPoints(1_000) })
  const operationLimits = {
    maxMonitoredItemsPerCall: 100,
    maxNodesPerTranslateBrowsePathsToNodeIds: 100,
    maxNodesPerRead: 100,
  }
  await using server = await startTestServer({
    type,
    options: { serverCapabilities: { operationLimits } },
  })
  for (let at = 0; at < 1_000; at += 1) server.space.set(`v${at}`, at)
  await using listening = await listenTo(server, { devices: [station(type)] })
  const values = () => listening.messages().flatMap((message) => message.values ?? [])
  await until(() => values().length >= 1_000)
  expect(new Set(values().map(({ path }) => path)).size).toBe(1_000)
  expect(listening.state()).toBe('online')
  expect(Math.max(...listening.stored.map(({ payload }) => payload.length))).toBeLessThan(
    65_536,
  )
})

it('lets the server keep what the reading log does not take, and loses nothing', async () => {
  const type = stationType({ points: manyPoints(200) })
  await using server = await startTestServer({ type })
  let refusing = true
  await using listening = await listenTo(server, {
    devices: [station(type)],
    limits: { pendingValues: 100 },
    append: async () => {
      if (refusing) throw new Error('disk full')
    },
  })
  await until(() => listening.adapter.health().detail.includes('disk full'))
  for (let round = 1; round <= 3; round += 1) {
    for (let at = 0; at < 200; at += 1) server.space.set(`v${at}`, round)
  }
  expect(listening.stored).toEqual([])
  refusing = false
  await until(async () => (await listening.said('v199')).at(-1)?.raw === 3)
  await until(() => listening.state() === 'online')
})

it('asks for a value that does not change, so that it stays fresh', async () => {
  const type = stationType({ interval: '300ms' })
  await using server = await startTestServer({ type })
  server.space.set('level', 1)
  await using listening = await listenTo(server, { devices: [station(type)] })
  await until(async () => (await listening.said('level')).length >= 3)
  const values = listening.messages().flatMap((message) => message.values ?? [])
  expect(values.every(({ standing }) => standing)).toBe(true)
})

it('acknowledges a condition by its event', async () => {
  await using server = await startTestServer()
  await using listening = await listenTo(server)
  server.space.set('fault', true)
  const events = () => listening.messages().flatMap((message) => message.events ?? [])
  await until(() => events().some(({ active }) => active))
  const { conditionId = '', eventId = '' } = events().find(({ active }) => active) ?? {}
  await listening.adapter.acknowledge({ conditionId, eventId, comment: 'on our way' })
  await until(() => events().some(({ acked }) => acked === true))
  await expect(
    listening.adapter.acknowledge({ conditionId, eventId: 'ffff', comment: '' }),
  ).rejects.toThrow('BadEventIdUnknown')
})
