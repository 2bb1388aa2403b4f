import { beforeAll, expect, it } from 'vitest'
import { MINUTE } from '../../../src/domain/time.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { findMosquitto, type StartMosquitto } from '../../support/mosquitto.ts'
import { startField } from '../../support/mqtt.ts'
import { until } from '../../support/until.ts'
import { describeWithService } from '../../support/services.ts'
import {
  createMemory,
  lampFilter,
  listenTo,
  publish,
  startListening,
  untilState,
} from './listening.ts'
import { wayTo } from './way.ts'

const pumpFilter = { filter: 'pumps/+/state' }

describeWithService('mosquitto: subscriptions', findMosquitto(), (start) => {
  let startMosquitto: StartMosquitto
  beforeAll(async () => {
    startMosquitto = await start()
  })

  it('a subscription that went while we were away is ended, and its messages are not taken', async () => {
    await using broker = await startMosquitto()
    const remember = createMemory()
    const common = { port: broker.port, remember }
    const before = await listenTo({
      ...common,
      filters: async () => [lampFilter, pumpFilter],
    })
    expect(remember.saved.at(-1)).toEqual([lampFilter.filter, pumpFilter.filter])
    await before[Symbol.asyncDispose]()
    await publish(broker.port, ['queued'], { topic: 'pumps/pump-1/state' })
    await using after = await listenTo({ ...common, filters: async () => [lampFilter] })
    await publish(broker.port, ['late'], { topic: 'pumps/pump-1/state' })
    await publish(broker.port, ['lamp'])
    await until(() => after.stored.length === 1)
    expect(after.texts()).toEqual(['lamp'])
    expect(after.refusals).toMatchObject([
      { reason: 'topic_not_allowed', sample: new Uint8Array(Buffer.from('queued')) },
    ])
    expect(remember.saved.at(-1)).toEqual([lampFilter.filter])
  })

  it('a crash between asking and noting leaves no subscription behind', async () => {
    await using broker = await startMosquitto()
    const remember = createMemory()
    const common = { port: broker.port, remember }
    const both = await listenTo({
      ...common,
      filters: async () => [lampFilter, pumpFilter],
    })
    await both[Symbol.asyncDispose]()
    // The list as it was saved before the broker had answered; the last save never happened.
    remember.saved.splice(1)
    expect(remember.saved).toEqual([[lampFilter.filter, pumpFilter.filter]])
    await using after = await listenTo({ ...common, filters: async () => [lampFilter] })
    await publish(broker.port, ['late'], { topic: 'pumps/pump-1/state' })
    await publish(broker.port, ['lamp'])
    await until(() => after.stored.length === 1)
    expect(after.refusals).toEqual([])
  })

  it('new and removed device types take effect without a new connection', async () => {
    await using broker = await startMosquitto()
    await using way = await wayTo(broker.port)
    let filters = [lampFilter]
    await using ear = await listenTo({ port: way.port, filters: async () => filters })
    filters = [pumpFilter]
    await ear.adapter.reload()
    await publish(broker.port, ['pump'], { topic: 'pumps/pump-1/state' })
    await publish(broker.port, ['lamp'])
    filters = [lampFilter, pumpFilter]
    await ear.adapter.reload()
    await publish(broker.port, ['lamp again'])
    await until(() => ear.stored.length === 2)
    expect(ear.stored.map(({ device }) => device)).toEqual(['pump-1', 'lamp-17'])
    expect(ear.texts()).toEqual(['pump', 'lamp again'])
    expect(ear.refusals).toEqual([])
    expect(way.connections).toBe(1)
  })

  it('goes on with the device types it knows while they cannot be read', async () => {
    await using broker = await startMosquitto()
    await using way = await wayTo(broker.port)
    let readable = false
    const filters = async (): Promise<[typeof lampFilter]> => {
      if (!readable) throw new Error('the database is away')
      return [lampFilter]
    }
    await using ear = await startListening({ port: way.port, filters })
    expect((await untilState(ear, 'offline')).detail).toBe(
      'what to listen to cannot be read (the database is away)',
    )
    expect(way.connections).toBe(0)
    readable = true
    await untilState(ear, 'online')
    readable = false
    way.cut()
    await until(() => way.connections === 2)
    await untilState(ear, 'online')
    await publish(broker.port, ['lamp'])
    await until(() => ear.stored.length === 1)
    await expect(ear.adapter.reload()).rejects.toThrow('the database is away')
  })

  it('a list that cannot be saved stops nobody from being heard', async () => {
    await using broker = await startMosquitto()
    const remember = {
      load: async () => [],
      save: () => Promise.reject(new Error('the database is away')),
    }
    await using ear = await listenTo({ port: broker.port, remember })
    await publish(broker.port, ['heard'])
    await until(() => ear.stored.length === 1)
    expect(ear.adapter.health().state).toBe('online')
  })

  it('topics of the settings stand above the device types', async () => {
    await using broker = await startMosquitto()
    const topics = ['lights/+/status']
    await using ear = await listenTo({ port: broker.port, settings: { topics } })
    await publish(broker.port, ['not mine'])
    await publish(broker.port, ['mine'], { topic: 'lights/lamp-3/status' })
    await until(() => ear.stored.length === 1)
    expect(ear.stored).toMatchObject([{ device: 'lamp-3', topic: 'lights/lamp-3/status' }])
  })
})

it('subscriptions that the broker denies are named, and asked for again', async () => {
  // The embedded broker lets nobody subscribe.
  await using field = await startField()
  const clock = createManualClock()
  await using ear = await startListening({
    port: field.port,
    clock,
    settings: { username: 'lamp-17', password: 'right', protocolVersion: 4 },
    limits: { longestRetry: '60s' },
  })
  const { detail } = await untilState(ear, 'degraded')
  expect(detail).toBe(
    `127.0.0.1:${field.port} does not grant ${lampFilter.filter} (code 128): look at its access list`,
  )
  expect(ear.reasons()).toEqual(['subscription_refused'])
  clock.advance(MINUTE)
  await until(() => ear.refusals.length === 2)
  expect(ear.adapter.health().state).toBe('degraded')
})
