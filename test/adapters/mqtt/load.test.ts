import { describe, expect, it } from 'vitest'
import { createMqttAdapter } from '../../../src/adapters/mqtt/adapter.ts'
import { mqttConfig } from '../../../src/adapters/mqtt/config.ts'
import { Problem } from '../../../src/domain/problem.ts'
import { durationUs } from '../../../src/domain/time.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { publishPacket, RawDevice, startField, topicOf } from '../../support/mqtt.ts'
import { until } from '../../support/until.ts'

const up = topicOf('lamp-17')

function messages(count: number, topic = up, qos = 1): Buffer {
  const all = Array.from({ length: count }, (_, index) =>
    publishPacket(topic, `{"p":${index}}`, { qos, id: index + 1 }),
  )
  return Buffer.concat(all)
}

/** A reading log that commits what has gathered when told, as a group commit does. */
function createGroupLog() {
  let waiting: (() => void)[] = []
  let most = 0
  return {
    get waiting() {
      return waiting.length
    },
    get most() {
      return most
    },
    append: async () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.push(resolve)
      most = Math.max(most, waiting.length)
      await promise
    },
    commit: () => {
      const group = waiting
      waiting = []
      for (const resolve of group) resolve()
    },
  }
}

describe('a device that sends faster than messages are stored', () => {
  it('has at most 100 under way, and is read on as they are stored', async () => {
    const log = createGroupLog()
    await using field = await startField({ append: log.append })
    using device = await RawDevice.loggedIn(field.port)
    device.send(messages(450))
    for (const acknowledged of [0, 100, 200, 300]) {
      await until(() => log.waiting === 100 && device.acknowledged.length === acknowledged)
      log.commit()
    }
    await until(() => log.waiting === 50)
    log.commit()
    await until(() => device.acknowledged.length === 450)
    expect(log.most).toBe(100)
    expect(device.acknowledged).toEqual(
      Array.from({ length: 450 }, (_, index) => index + 1),
    )
  })

  it('and all devices together have as many as the adapter bears, in turn', async () => {
    const log = createGroupLog()
    await using field = await startField({ append: log.append, limits: { pending: 60 } })
    const names = ['lamp-1', 'lamp-2', 'lamp-3']
    const devices: RawDevice[] = []
    for (const name of names) devices.push(await RawDevice.loggedIn(field.port, name))
    for (const [index, device] of devices.entries()) {
      device.send(messages(100, topicOf(names[index] ?? '')))
    }
    while (field.stored.length < 300) {
      log.commit()
      await until(() => log.waiting > 0 || field.stored.length === 300)
    }
    await until(() => devices.every((device) => device.acknowledged.length === 100))
    expect(log.most).toBeLessThanOrEqual(60)
    for (const device of devices) device.socket.destroy()
  })

  it('and hold no more bytes than the reading log bears', async () => {
    const log = createGroupLog()
    await using field = await startField({
      append: log.append,
      limits: { pendingBytes: 65_536 },
    })
    using device = await RawDevice.loggedIn(field.port)
    for (const id of [1, 2, 3, 4, 5]) {
      device.send(publishPacket(up, Buffer.alloc(40_000), { qos: 1, id }))
    }
    // The second goes beyond the bound, and the third has to wait.
    for (const waiting of [2, 2, 1]) {
      await until(() => log.waiting === waiting)
      log.commit()
    }
    await until(() => device.acknowledged.length === 5)
    expect(log.most).toBe(2)
  })
})

describe('a device that sends faster than it may', () => {
  it('gets its burst through, then its rate, and nothing is lost', async () => {
    const clock = createManualClock()
    await using field = await startField({
      clock,
      limits: { burst: 300, packetsPerSecond: 100 },
    })
    using device = await RawDevice.loggedIn(field.port)
    device.send(messages(500))
    await until(() => device.acknowledged.length === 300)
    for (const expected of [350, 400, 450, 500]) {
      clock.advance(durationUs(500_000))
      await until(() => device.acknowledged.length === expected)
    }
    expect(field.stored).toHaveLength(500)
  })
})

describe('200 devices that send everything they have without waiting for answers', () => {
  it('leave every other part of the service its turn', async () => {
    const log = createGroupLog()
    let thisTurn = 0
    let mostInATurn = 0
    let running = true
    const turn = () => {
      mostInATurn = Math.max(mostInATurn, thisTurn)
      thisTurn = 0
      log.commit()
      if (running) setImmediate(turn)
    }
    await using field = await startField({
      append: async () => {
        thisTurn += 1
        await log.append()
      },
    })
    const devices: RawDevice[] = []
    for (let i = 0; i < 200; i += 1) {
      devices.push(await RawDevice.loggedIn(field.port, `lamp-${i}`))
    }
    turn()
    const floods = devices.map((_, i) => messages(200, topicOf(`lamp-${i}`), 0))
    for (const [i, device] of devices.entries()) device.send(floods[i] ?? [])
    await until(() => field.stored.length === 40_000)
    running = false
    // Without the turnstile it is all 40,000 that lie in the sockets. What was let in before the
    // turn and what comes in during it make at most twice the limit.
    expect(mostInATurn).toBeLessThanOrEqual(4_000)
    expect(log.most).toBeLessThanOrEqual(2_000)
    for (const device of devices) device.socket.destroy()
  })
})

describe('stopping', () => {
  it('waits for what is being stored and acknowledges it, but takes nothing new', async () => {
    const log = createGroupLog()
    const field = await startField({ append: log.append })
    using device = await RawDevice.loggedIn(field.port)
    device.send(messages(3))
    await until(() => log.waiting === 3)
    const stopped = field[Symbol.asyncDispose]()
    device.send(publishPacket(up, 'late', { qos: 1, id: 9 }))
    await expect(RawDevice.open(field.port)).rejects.toThrow('ECONNREFUSED')
    log.commit()
    await stopped
    await device.closed
    expect(device.acknowledged).toEqual([1, 2, 3])
    expect(field.stored).toHaveLength(3)
    expect(field.adapter.health()).toMatchObject({
      state: 'offline',
      detail: 'not listening',
    })
  })

  it('gives up on a reading log that does not answer within 5 s', async () => {
    const clock = createManualClock()
    const log = createGroupLog()
    const field = await startField({ append: log.append, clock })
    using device = await RawDevice.loggedIn(field.port)
    device.send(messages(1))
    await until(() => log.waiting === 1)
    const stopped = field[Symbol.asyncDispose]()
    clock.advance(durationUs(5_000_000))
    await stopped
    await device.closed
    expect(device.acknowledged).toEqual([])
    log.commit()
  })

  it('leaves no timer behind', async () => {
    const clock = createManualClock()
    const field = await startField({ clock })
    await RawDevice.loggedIn(field.port)
    await RawDevice.open(field.port)
    await field[Symbol.asyncDispose]()
    expect(clock.pending()).toBe(0)
  })
})

describe('starting', () => {
  it('says where it listens, and that it is online', async () => {
    await using field = await startField()
    expect(field.adapter.connection).toBe('mqtt')
    expect(field.adapter.address()).toEqual({ host: '127.0.0.1', port: field.port })
    expect(field.adapter.health()).toMatchObject({
      state: 'online',
      detail: '0 connections, 0 messages wait for the log',
    })
  })

  it('on a port in use is refused with the reason', async () => {
    await using field = await startField()
    const start = startField({ limits: {}, port: field.port })
    await expect(start).rejects.toBeInstanceOf(Problem)
    await expect(start).rejects.toMatchObject({
      details: { kind: 'unavailable', where: 'mqtt.port' },
    })
  })

  it('needs a configuration that holds', () => {
    expect(() => mqttConfig.parse({ port: 70_000 })).toThrow('port')
    expect(() => mqttConfig.parse({ connection: 'import' })).toThrow('imported recordings')
    const idle = createMqttAdapter(mqttConfig.parse({}))
    expect(idle.health().state).toBe('connecting')
    expect(() => idle.address()).toThrow('does not listen')
  })
})
