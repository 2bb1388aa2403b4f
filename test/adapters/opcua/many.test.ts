import { expect, it } from 'vitest'
import { loadOpcua } from '../../../src/adapters/opcua/library.ts'
import { listenTo, startTestServer, station, stationType, untilTrue } from './town.ts'

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
  await untilTrue(() => values().length >= 1_000)
  expect(new Set(values().map(({ path }) => path)).size).toBe(1_000)
  expect(listening.state()).toBe('online')
  expect(Math.max(...listening.stored.map(({ payload }) => payload.length))).toBeLessThan(
    65_536,
  )
})

it('keeps the rest of a device when some of its nodes are missing, and finds them later', async () => {
  const type = stationType()
  const points = { ...type.points, pressure: { path: 'p:WetWell/p:Pressure' } }
  const wanted = stationType({ points })
  await using server = await startTestServer({ type })
  server.space.set('level', 1)
  await using listening = await listenTo(server, { devices: [station(wanted)] })
  await untilTrue(async () => (await listening.said('level')).length > 0)
  const health = () => listening.adapter.devices().get('device-1')
  await untilTrue(() => health()?.state === 'degraded')
  expect(health()?.detail).toBe(
    'p:WetWell/p:Pressure: there is no p:Pressure below p:WetWell: there are Level',
  )
  const space = server.server.engine.addressSpace
  const level = server.space.variable('level')
  space?.getNamespace('urn:pumpwerk:station').addVariable({
    browseName: 'Pressure',
    componentOf: level?.parent ?? '',
    dataType: 'Double',
    value: { dataType: 'Double', value: 7 },
  })
  await untilTrue(() => health()?.state === 'online')
  await untilTrue(async () => (await listening.said('pressure')).at(-1)?.raw === 7)
})

it('keeps a bad value with its status, and NaN as what it is', async () => {
  const { StatusCodes, DataType } = await loadOpcua()
  await using server = await startTestServer()
  server.space.set('level', 1)
  await using listening = await listenTo(server)
  await untilTrue(async () => (await listening.said('level')).length > 0)
  const level = server.space.variable('level')
  level?.setValueFromSource(
    { dataType: DataType.Double, value: 3 },
    StatusCodes.BadSensorFailure,
  )
  await untilTrue(async () => (await listening.said('level')).at(-1)?.quality === 'bad')
  expect((await listening.said('level')).at(-1)).toMatchObject({
    raw: null,
    code: 'device_fault',
    native: StatusCodes.BadSensorFailure.value,
  })
  level?.setValueFromSource({ dataType: DataType.Double, value: Number.NaN })
  await untilTrue(async () => Number.isNaN((await listening.said('level')).at(-1)?.raw))
})

it('takes the value without its deadband when the server cannot filter so', async () => {
  const deadband = { type: 'percent', value: 1 }
  const type = stationType({ points: { starts: { path: 'p:Starts', item: { deadband } } } })
  await using server = await startTestServer({ type })
  server.space.set('starts', 5)
  await using listening = await listenTo(server, { devices: [station(type)] })
  await untilTrue(async () => (await listening.said('starts')).at(-1)?.raw === 5)
  expect(listening.adapter.devices().get('device-1')?.detail).toContain('cannot filter')
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
  await untilTrue(() => listening.adapter.health().detail.includes('disk full'))
  for (let round = 1; round <= 3; round += 1) {
    for (let at = 0; at < 200; at += 1) server.space.set(`v${at}`, round)
  }
  expect(listening.stored).toEqual([])
  refusing = false
  await untilTrue(async () => (await listening.said('v199')).at(-1)?.raw === 3, 15_000)
  await untilTrue(() => listening.state() === 'online')
})

it('asks for a value that does not change, so that it stays fresh', async () => {
  const type = stationType({ interval: '300ms' })
  await using server = await startTestServer({ type })
  server.space.set('level', 1)
  await using listening = await listenTo(server, { devices: [station(type)] })
  await untilTrue(async () => (await listening.said('level')).length >= 3)
  const values = listening.messages().flatMap((message) => message.values ?? [])
  expect(values.every(({ standing }) => standing)).toBe(true)
})

it('acknowledges a condition by its event', async () => {
  await using server = await startTestServer()
  await using listening = await listenTo(server)
  server.space.set('fault', true)
  const events = () => listening.messages().flatMap((message) => message.events ?? [])
  await untilTrue(() => events().some(({ active }) => active))
  const { conditionId = '', eventId = '' } = events().find(({ active }) => active) ?? {}
  await listening.adapter.acknowledge({ conditionId, eventId, comment: 'on our way' })
  await untilTrue(() => events().some(({ acked }) => acked === true))
  await expect(
    listening.adapter.acknowledge({ conditionId, eventId: 'ffff', comment: '' }),
  ).rejects.toThrow('BadEventIdUnknown')
})
