import { beforeAll, expect, it } from 'vitest'
import { findMosquitto, type StartMosquitto } from '../../support/mosquitto.ts'
import { until } from '../../support/until.ts'
import { describeWithService } from '../../support/services.ts'
import { createGroupLog } from './group-log.ts'
import {
  connectTo,
  listenTo,
  numbered,
  publish,
  topicOf,
  type Listening,
} from './listening.ts'
import { firstByte, wayTo } from './way.ts'

describeWithService('mosquitto: what kinds of messages come', findMosquitto(), (start) => {
  let startMosquitto: StartMosquitto
  beforeAll(async () => {
    startMosquitto = await start()
  })

  it('a broker that sends more than fits gets it all through, in several connections', async () => {
    await using broker = await startMosquitto({ settings: ['max_inflight_messages 100'] })
    const log = createGroupLog()
    await using ear = await listenTo({
      port: broker.port,
      append: log.append,
      settings: { protocolVersion: 4 },
      limits: { pendingBytes: 1_048_576 },
    })
    log.hang()
    const filling = 'x'.repeat(65_000)
    const words = numbered(40).map((word) => `${word} ${filling}`)
    await publish(broker.port, words)
    await until(() => ear.adapter.health().pending === 16)
    log.resume()
    await until(() => ear.stored.length >= words.length)
    expect([...new Set(ear.texts())]).toEqual(words)
    expect(ear.reasons()).toEqual(['window_exceeded'])
  })

  it('a shared group divides the messages between two instances', async () => {
    await using broker = await startMosquitto()
    const instance = (clientId: string): Promise<Listening> =>
      listenTo({ port: broker.port, settings: { clientId, sharedGroup: 'gatuvakt' } })
    await using one = await instance('gatuvakt-1')
    await using other = await instance('gatuvakt-2')
    const words = numbered(400)
    await publish(broker.port, words)
    await until(() => one.stored.length + other.stored.length === words.length)
    expect([...one.texts(), ...other.texts()].toSorted()).toEqual(words.toSorted())
    expect(one.stored.length).toBeGreaterThan(0)
    expect(other.stored.length).toBeGreaterThan(0)
  })

  it('stores QoS 0 without a promise, and QoS 2 as QoS 1', async () => {
    await using broker = await startMosquitto()
    await using way = await wayTo(broker.port)
    await using ear = await listenTo({ port: way.port })
    const device = await connectTo(broker.port)
    await device.publishAsync(topicOf('lamp-1'), 'zero', { qos: 0 })
    await device.publishAsync(topicOf('lamp-2'), 'two', { qos: 2 })
    await until(() => ear.stored.length === 2)
    expect(ear.stored.map(({ device: id, topic }) => [id, topic])).toEqual([
      ['lamp-1', topicOf('lamp-1')],
      ['lamp-2', topicOf('lamp-2')],
    ])
    await until(() => way.sent(firstByte.puback).length === 1)
    await device.endAsync()
  })

  it('what is lost with QoS 0 is counted', async () => {
    await using broker = await startMosquitto()
    const log = createGroupLog()
    log.hang()
    await using ear = await listenTo({
      port: broker.port,
      append: log.append,
      limits: { unpromised: 2 },
    })
    const device = await connectTo(broker.port)
    for (const word of numbered(5)) await device.publishAsync(topicOf('lamp-1'), word)
    await until(() => ear.refusals.length === 3)
    expect(ear.reasons()).toEqual(['too_many'])
    log.failAt(1)
    log.resume()
    await until(() => ear.refusals.length === 5)
    expect(ear.reasons()).toEqual(['too_many', 'not_stored'])
    expect(ear.stored).toEqual([])
    await device.endAsync()
  })

  it('marks what the broker had retained, and only that', async () => {
    await using broker = await startMosquitto()
    const device = await connectTo(broker.port)
    await device.publishAsync(topicOf('lamp-1'), 'old', { qos: 1, retain: true })
    await using ear = await listenTo({ port: broker.port })
    await until(() => ear.stored.length === 1)
    await device.publishAsync(topicOf('lamp-1'), 'new', { qos: 1, retain: true })
    await until(() => ear.stored.length === 2)
    expect(ear.stored.map(({ retained }) => retained)).toEqual([true, false])
    await device.endAsync()
  })

  it('refuses what is too large and what is nobody’s, and acknowledges it', async () => {
    await using broker = await startMosquitto()
    await using way = await wayTo(broker.port)
    await using ear = await listenTo({ port: way.port })
    await publish(broker.port, [Buffer.alloc(65_537, 'x'), Buffer.alloc(65_536, 'y')])
    await publish(broker.port, ['z'], { topic: topicOf('LAMP_17') })
    await publish(broker.port, ['last'])
    await until(() => way.sent(firstByte.puback).length === 4)
    expect(ear.texts()).toEqual(['y'.repeat(65_536), 'last'])
    expect(ear.refusals).toMatchObject([
      {
        organisation: 'strandkoping',
        source: 'broker:region',
        reason: 'too_large',
        detail: `65537 bytes on "${topicOf('lamp-17')}"; at most 65536 are taken`,
        sample: new Uint8Array(Buffer.alloc(200, 'x')),
      },
      { reason: 'topic_not_allowed' },
    ])
  })
})
