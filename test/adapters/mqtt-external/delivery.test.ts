import { beforeAll, expect, it } from 'vitest'
import { findMosquitto, type StartMosquitto } from '../../support/mosquitto.ts'
import { until } from '../../support/until.ts'
import { describeWithService } from '../../support/services.ts'
import { createGroupLog } from './group-log.ts'
import {
  createMemory,
  listenTo,
  numbered,
  publish,
  topicOf,
  type Listening,
} from './listening.ts'
import { firstByte, wayTo } from './way.ts'

/** The words in the order of their first delivery. */
const firsts = (words: readonly string[]): string[] => [...new Set(words)]

/** Packet identifiers that stand at this place. */
const ids = (packets: readonly Buffer[], at: number): number[] =>
  packets.map((packet) => packet.readUInt16BE(at))

/** What was stored a second time without a mark that it may have been. */
function unmarkedRepeats({ stored }: Listening): string[] {
  const seen = new Set<string>()
  return stored.flatMap(({ payload, repeated }) => {
    const word = Buffer.from(payload).toString()
    const again = seen.has(word)
    seen.add(word)
    return again && repeated !== true ? [word] : []
  })
}

describeWithService('mosquitto: what is delivered', findMosquitto(), (start) => {
  let startMosquitto: StartMosquitto
  beforeAll(async () => {
    startMosquitto = await start()
  })

  it.each([4, 5] as const)(
    'v%i: 3,000 messages come whole and in order through a cut link and a failed commit',
    async (protocolVersion) => {
      await using broker = await startMosquitto()
      await using way = await wayTo(broker.port)
      const log = createGroupLog()
      log.failAt(4)
      const settings = { protocolVersion }
      await using ear = await listenTo({ port: way.port, settings, append: log.append })
      const words = numbered(3_000)
      const sent = publish(broker.port, words)
      await until(() => ear.stored.length >= 1_000)
      way.cut()
      await sent
      await until(() => firsts(ear.texts()).length === words.length)
      expect(firsts(ear.texts())).toEqual(words)
      expect(unmarkedRepeats(ear)).toEqual([])
      expect(ear.stored.some(({ repeated }) => repeated)).toBe(true)
      expect(way.connections).toBe(3)
    },
  )

  it.each([4, 5] as const)(
    'v%i: nothing is lost when our process ends in the middle and another begins',
    async (protocolVersion) => {
      await using broker = await startMosquitto()
      const remember = createMemory()
      const settings = { protocolVersion }
      const common = { port: broker.port, settings, remember }
      const words = numbered(2_000)
      const first = await listenTo({ ...common, append: createGroupLog().append })
      const sent = publish(broker.port, words)
      await until(() => first.stored.length >= 200)
      await first[Symbol.asyncDispose]()
      await sent
      await using second = await listenTo(common)
      await until(
        () => firsts([...first.texts(), ...second.texts()]).length === words.length,
      )
      expect(firsts([...first.texts(), ...second.texts()])).toEqual(words)
      expect(second.reasons()).toEqual([])
    },
  )

  it('nothing is lost when our process dies with messages that no commit has reached', async () => {
    await using broker = await startMosquitto()
    await using way = await wayTo(broker.port)
    const log = createGroupLog()
    log.hang()
    const remember = createMemory()
    const limits = { stopWithin: '50ms' }
    const first = await listenTo({ port: way.port, remember, append: log.append, limits })
    const words = numbered(100)
    await publish(broker.port, words)
    await until(() => first.adapter.health().pending === words.length)
    way.open(false)
    way.cut()
    await first[Symbol.asyncDispose]()
    expect(first.stored).toEqual([])
    await using second = await listenTo({ port: broker.port, remember })
    await until(() => second.stored.length === words.length)
    expect(second.texts()).toEqual(words)
    log.resume()
  })

  it('a broker that is stopped and started again delivers what it had kept', async () => {
    await using broker = await startMosquitto({ persistent: true })
    const log = createGroupLog()
    await using ear = await listenTo({ port: broker.port, append: log.append })
    log.hang()
    const words = numbered(300)
    await publish(broker.port, words)
    await until(() => ear.adapter.health().pending > 0)
    await broker.stop('SIGTERM')
    await until(() => ear.adapter.health().state === 'offline')
    expect(ear.adapter.health().detail).toMatch(/^127\.0\.0\.1:\d+/)
    await broker.start()
    log.resume()
    await until(() => firsts(ear.texts()).length === words.length)
    expect(firsts(ear.texts())).toEqual(words)
    await until(() => ear.adapter.health().state === 'online')
    expect(ear.refusals).toEqual([])
  })

  it('a broker that is killed and forgets us is reported, and heard again', async () => {
    await using broker = await startMosquitto()
    await using ear = await listenTo({ port: broker.port })
    await broker.stop('SIGKILL')
    await until(() => ear.adapter.health().state === 'offline')
    await broker.start()
    await until(() => ear.adapter.health().state === 'online')
    expect(ear.reasons()).toEqual(['session_lost'])
    expect(ear.refusals[0]).toMatchObject({
      organisation: 'strandkoping',
      source: 'broker:region',
      detail: expect.stringContaining('messages since the last connection may be missing'),
    })
    expect(ear.adapter.health().detail).toContain('the broker had lost our session')
    await publish(broker.port, ['after'])
    await until(() => ear.stored.length === 1)
    expect(ear.texts()).toEqual(['after'])
  })

  it('a log that hangs stops the broker and not the keepalive; then all comes', async () => {
    await using broker = await startMosquitto({ settings: ['max_inflight_messages 0'] })
    await using way = await wayTo(broker.port)
    const log = createGroupLog()
    await using ear = await listenTo({
      port: way.port,
      append: log.append,
      settings: { keepalive: '1s' },
      limits: { window: 50, slowAfter: '1s' },
    })
    log.hang()
    const words = numbered(400)
    await publish(broker.port, words)
    await until(() => way.came(firstByte.pingresp).length >= 2)
    expect(ear.adapter.health()).toMatchObject({
      state: 'degraded',
      detail: expect.stringMatching(/has not stored a message for \d+ s; 50 messages wait/),
      pending: 50,
    })
    expect(ear.adapter.health().lagSeconds).toBeGreaterThan(1)
    expect(way.came(firstByte.publish).length).toBe(50)
    log.resume()
    await until(() => ear.stored.length === words.length)
    expect(ear.texts()).toEqual(words)
    expect(way.connections).toBe(1)
    expect(ear.adapter.health().state).toBe('online')
  })

  it('acknowledges in the order of the messages, whatever the order of the log', async () => {
    await using broker = await startMosquitto()
    await using way = await wayTo(broker.port)
    const open: (() => void)[] = []
    const append = async (): Promise<void> => {
      const { promise, resolve } = Promise.withResolvers<void>()
      open.push(resolve)
      await promise
    }
    await using ear = await listenTo({ port: way.port, append })
    await publish(broker.port, ['a', 'b', 'c'])
    await until(() => open.length === 3)
    open[2]?.()
    open[1]?.()
    await until(() => ear.stored.length === 2)
    expect(way.sent(firstByte.puback)).toEqual([])
    open[0]?.()
    await until(() => way.sent(firstByte.puback).length === 3)
    const topicLength = topicOf('lamp-17').length
    const came = ids(way.came(firstByte.publish), 4 + topicLength)
    expect(ids(way.sent(firstByte.puback), 2)).toEqual(came)
  })
})
