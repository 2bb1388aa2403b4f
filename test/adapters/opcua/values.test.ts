import { expect, it } from 'vitest'
import { listenTo, startTestServer, station, stationType } from './town.ts'
import { until } from '../../support/until.ts'

it('stores a first value, then each change, with its times', async () => {
  await using server = await startTestServer()
  server.space.set('level', 1.5)
  await using listening = await listenTo(server)
  await until(async () => (await listening.said('level')).length > 0)
  server.space.set('level', 2.25)
  await until(async () => (await listening.said('level')).at(-1)?.raw === 2.25)
  const [first, last] = await listening.said('level')
  expect(first).toMatchObject({ raw: 1.5 })
  expect(last?.source).toBeTypeOf('number')
  expect(last?.server).toBeTypeOf('number')
})

it('shows a condition as a state: over after the refresh, active, over again', async () => {
  await using server = await startTestServer()
  await using listening = await listenTo(server)
  await until(async () => (await listening.said('fault')).length > 0)
  server.space.set('fault', true)
  await until(async () => (await listening.said('fault')).at(-1)?.raw === true)
  server.space.set('fault', false)
  await until(async () => (await listening.said('fault')).at(-1)?.raw === false)
  expect((await listening.said('fault')).map(({ raw }) => raw)).toEqual([
    false,
    true,
    false,
  ])
})

it('keeps what conditions below a device say although no point names them, if its type wants it', async () => {
  const points = { level: { path: 'p:WetWell/p:Level' } }
  await using server = await startTestServer()
  const eventsOf = async (conditions: boolean) => {
    const type = stationType({ points, opcua: { events: { conditions } } })
    await using listening = await listenTo(server, { devices: [station(type)] })
    server.space.set('fault', true)
    server.space.set('level', conditions ? 2 : 1)
    await until(async () => (await listening.said('level')).length > 1)
    if (conditions)
      await until(() => listening.messages().some(({ events = [] }) => events.length > 0))
    server.space.set('fault', false)
    return listening.messages().flatMap(({ events = [] }) => events)
  }
  expect(await eventsOf(false)).toEqual([])
  const raised = (await eventsOf(true)).find(({ active }) => active)
  expect(raised?.name).toBe('Fault')
  expect(raised?.condition).toBeUndefined()
})
