import { once } from 'node:events'
import { Aedes } from 'aedes'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { Envelope } from '../../../src/domain/log-record.ts'
import {
  closed,
  connectDevice,
  connectPacket,
  packet,
  publishPacket,
  RawDevice,
  startField,
  topicOf,
} from '../../support/mqtt.ts'
import { until } from '../../support/until.ts'

/** A reading log that finishes messages when the test says so. */
function createSlowLog() {
  const open = new Map<string, PromiseWithResolvers<void>>()
  return {
    open,
    append: async ({ payload }: Envelope) => {
      const waiting = Promise.withResolvers<void>()
      open.set(Buffer.from(payload).toString(), waiting)
      await waiting.promise
    },
  }
}

const up = topicOf('lamp-17')

describe('a message with QoS 1', () => {
  it('is acknowledged only after it is stored', async () => {
    const log = createSlowLog()
    await using field = await startField({ append: log.append })
    const client = await connectDevice(field.port)
    let acknowledged = false
    const done = client.publishAsync(up, 'a', { qos: 1 }).then(() => (acknowledged = true))
    await until(() => log.open.has('a'))
    // A ping that comes back proves that the broker has had its say on the message before it.
    const answered = Promise.withResolvers<void>()
    client.once('packetreceive', () => answered.resolve())
    client.sendPing()
    await answered.promise
    expect(acknowledged).toBe(false)
    log.open.get('a')?.resolve()
    await done
    expect(field.stored).toMatchObject([
      {
        kind: 'envelope',
        organisation: 'strandkoping',
        connection: 'mqtt',
        device: 'lamp-17',
        topic: up,
        retained: false,
      },
    ])
    await client.endAsync()
  })

  it('is acknowledged in the order it was sent, whatever the log finishes first', async () => {
    const log = createSlowLog()
    await using field = await startField({ append: log.append })
    using device = await RawDevice.loggedIn(field.port)
    device.send(...[1, 2, 3, 4].map((id) => publishPacket(up, `m${id}`, { qos: 1, id })))
    await until(() => log.open.size === 4)
    for (const name of ['m3', 'm2', 'm4']) log.open.get(name)?.resolve()
    await until(() => field.stored.length === 3)
    expect(device.acknowledged).toEqual([])
    log.open.get('m1')?.resolve()
    await until(() => device.acknowledged.length === 4)
    expect(device.acknowledged).toEqual([1, 2, 3, 4])
  })

  it('that cannot be stored ends the connection unacknowledged, and is taken when sent again', async () => {
    let failures = 1
    await using field = await startField({
      append: async () => {
        failures -= 1
        if (failures >= 0) throw new Error('disk full')
      },
    })
    using first = await RawDevice.loggedIn(field.port)
    first.send(publishPacket(up, 'm', { qos: 1, id: 7 }))
    await first.closed
    expect(first.acknowledged).toEqual([])
    expect(field.adapter.health()).toMatchObject({ state: 'degraded' })

    using second = await RawDevice.loggedIn(field.port)
    second.send(publishPacket(up, 'm', { qos: 1, id: 7, flags: 0x08 }))
    await until(() => second.acknowledged.length === 1)
    expect(field.stored).toHaveLength(1)
    expect(field.adapter.health()).toMatchObject({ state: 'online' })
  })

  it('is not acknowledged after an earlier one failed', async () => {
    const log = createSlowLog()
    await using field = await startField({ append: log.append })
    using device = await RawDevice.loggedIn(field.port)
    device.send(...[1, 2].map((id) => publishPacket(up, `m${id}`, { qos: 1, id })))
    await until(() => log.open.size === 2)
    log.open.get('m2')?.resolve()
    await until(() => field.stored.length === 1)
    log.open.get('m1')?.reject(new Error('disk full'))
    await device.closed
    expect(device.acknowledged).toEqual([])
  })
})

describe('other ways to say something', () => {
  it('QoS 2 is stored before PUBREC, and a client library completes it', async () => {
    const log = createSlowLog()
    await using field = await startField({ append: log.append })
    using device = await RawDevice.loggedIn(field.port)
    device.send(publishPacket(up, 'm', { qos: 2, id: 9 }), packet(0xc0, new Uint8Array()))
    await device.until((packets) => packets.some(({ type }) => type === 13))
    expect(device.packets.map(({ type }) => type)).toEqual([2, 13])
    log.open.get('m')?.resolve()
    await device.until((packets) => packets.some(({ type }) => type === 5))
    device.send(packet(0x62, Buffer.from([0, 9])))
    await device.until((packets) => packets.some(({ type }) => type === 7))
    expect(field.stored).toHaveLength(1)
  })

  it('QoS 2 that cannot be stored ends the connection without PUBREC', async () => {
    await using field = await startField({
      append: async () => {
        throw new Error('disk full')
      },
    })
    using device = await RawDevice.loggedIn(field.port)
    device.send(publishPacket(up, 'm', { qos: 2, id: 9 }))
    await device.closed
    expect(device.packets.map(({ type }) => type)).toEqual([2])
  })

  it('of all three qualities reaches the log in the order it was sent', async () => {
    await using field = await startField()
    using device = await RawDevice.loggedIn(field.port)
    const qualities = [2, 0, 1, 1, 2, 0]
    device.send(
      ...qualities.map((qos, i) => publishPacket(up, `m${i}`, { qos, id: i + 1 })),
    )
    await until(() => field.stored.length === 6)
    expect(field.stored.map(({ payload }) => Buffer.from(payload).toString())).toEqual(
      qualities.map((_, index) => `m${index}`),
    )
    await until(() => device.packets.length === 5)
    expect(device.packets.slice(1)).toEqual([
      { type: 5, body: [0, 1] },
      { type: 4, body: [0, 3] },
      { type: 4, body: [0, 4] },
      { type: 5, body: [0, 5] },
    ])
  })

  it('QoS 0 is stored and not answered', async () => {
    await using field = await startField()
    const client = await connectDevice(field.port)
    await client.publishAsync(up, 'm', { qos: 0 })
    await until(() => field.stored.length === 1)
    expect(field.stored[0]?.payload).toEqual(Buffer.from('m'))
    await client.endAsync()
  })

  it('a retained message is stored as one the device says now, and not kept', async () => {
    await using field = await startField()
    const client = await connectDevice(field.port)
    await client.publishAsync(up, 'm', { qos: 1, retain: true })
    expect(field.stored).toMatchObject([{ retained: false }])
    await client.endAsync()
  })

  it('a retained message of a bridge is marked, because a bridge passes on what was kept', async () => {
    await using field = await startField()
    const client = await connectDevice(field.port, 'bridge-1')
    await client.publishAsync(up, 'm', { qos: 1, retain: true })
    expect(field.stored).toMatchObject([{ retained: true, device: 'lamp-17' }])
    await client.endAsync()
  })

  it('the last will of a device that vanishes is stored', async () => {
    await using field = await startField()
    using device = await RawDevice.open(field.port)
    const will = { topic: 'v1/strandkoping/lamp-17/status', payload: 'offline', qos: 1 }
    device.send(connectPacket({ will }))
    await device.until((packets) => packets.length === 1)
    device.socket.destroy()
    await until(() => field.stored.length === 1)
    expect(field.stored).toMatchObject([{ topic: will.topic, device: 'lamp-17' }])
  })

  it('the last will is not heard when the device says goodbye, nor when we stop', async () => {
    const field = await startField()
    const will = {
      topic: 'v1/strandkoping/lamp-17/status',
      payload: Buffer.from('offline'),
    }
    const polite = await connectDevice(field.port, 'lamp-17', { will: { ...will, qos: 1 } })
    await polite.endAsync()
    const staying = await connectDevice(field.port, 'lamp-17', {
      will: { ...will, qos: 1 },
    })
    await field[Symbol.asyncDispose]()
    await closed(staying)
    expect(field.stored).toEqual([])
  })
})

describe('what we rely on in aedes', () => {
  it('says that a client is connected once CONNACK is written, and gives back the will of its CONNECT', async () => {
    const order: string[] = []
    const wills: unknown[] = []
    const broker = await Aedes.createBroker({
      preConnect: (_client, packet, done) => {
        wills.push(packet.will)
        done(null, true)
      },
      authorizePublish: (_client, packet, done) => {
        wills.push(packet)
        done(new Error('seen enough'))
      },
    })
    broker.on('connackSent', () => order.push('CONNACK'))
    const server = createServer((socket) => {
      broker.handle(socket).on('connected', () => order.push('connected'))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    using device = await RawDevice.open(port)
    device.send(connectPacket({ will: { topic: 't', payload: 'gone' } }))
    await until(() => order.length === 2)
    expect(order).toEqual(['CONNACK', 'connected'])
    device.socket.destroy()
    await until(() => wills.length === 2)
    expect(wills[1]).toBe(wills[0])
    const stopped = Promise.withResolvers<void>()
    broker.close(() => server.close(() => stopped.resolve()))
    await stopped.promise
  })
})
