import { beforeAll, expect, it } from 'vitest'
import { durationUs, SECOND } from '../../../src/domain/time.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { findMosquitto, type StartMosquitto } from '../../support/mosquitto.ts'
import { until } from '../../support/until.ts'
import { describeWithService } from '../../support/services.ts'
import { createGroupLog } from './group-log.ts'
import {
  connectTo,
  createMemory,
  listenTo,
  numbered,
  publish,
  startListening,
  untilState,
} from './listening.ts'
import { firstByte, wayTo } from './way.ts'

describeWithService('mosquitto: stopping', findMosquitto(), (start) => {
  let startMosquitto: StartMosquitto
  beforeAll(async () => {
    startMosquitto = await start()
  })

  it('stopping stores and acknowledges what is under way, and keeps the session', async () => {
    await using broker = await startMosquitto()
    await using way = await wayTo(broker.port)
    const log = createGroupLog()
    log.hang()
    const remember = createMemory()
    const first = await listenTo({ port: way.port, append: log.append, remember })
    await publish(broker.port, numbered(10))
    await until(() => first.adapter.health().pending === 10)
    const stopped = first[Symbol.asyncDispose]()
    log.resume()
    await stopped
    expect(first.texts()).toEqual(numbered(10))
    expect(way.sent(firstByte.puback)).toHaveLength(10)
    expect(first.adapter.health()).toMatchObject({ state: 'offline', detail: 'stopped' })
    await publish(broker.port, ['while away'])
    await using second = await listenTo({ port: way.port, remember })
    await until(() => second.stored.length === 1)
    expect(second.texts()).toEqual(['while away'])
    expect(second.refusals).toEqual([])
  })

  it('stopping waits no longer than it says for a log that hangs', async () => {
    await using broker = await startMosquitto()
    const log = createGroupLog()
    log.hang()
    const clock = createManualClock()
    const ear = await listenTo({
      port: broker.port,
      append: log.append,
      clock,
      limits: { stopWithin: '5s' },
    })
    await publish(broker.port, ['stuck'])
    await until(() => ear.adapter.health().pending === 1)
    let over = false
    const stopped = ear[Symbol.asyncDispose]().then(() => (over = true))
    clock.advance(durationUs(4 * SECOND))
    await connectTo(broker.port).then((client) => client.endAsync())
    expect(over).toBe(false)
    clock.advance(durationUs(2 * SECOND))
    await stopped
    expect(clock.pending()).toBe(0)
    log.resume()
  })

  it('stopping while it dials or waits is immediate', async () => {
    await using broker = await startMosquitto()
    await broker.stop()
    const clock = createManualClock()
    const waiting = await startListening({ port: broker.port, clock })
    await untilState(waiting, 'offline')
    await waiting[Symbol.asyncDispose]()
    expect(clock.pending()).toBe(0)
    const dialling = await startListening({ port: broker.port, clock })
    await dialling[Symbol.asyncDispose]()
    expect(dialling.adapter.health().state).toBe('offline')
    expect(clock.pending()).toBe(0)
  })
})
