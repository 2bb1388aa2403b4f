import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { durationUs } from '../../../src/domain/time.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import {
  connectDevice,
  connectPacket,
  packet,
  publishPacket,
  RawDevice,
  startField,
  topicOf,
} from '../../support/mqtt.ts'
import { until } from '../../support/until.ts'

const up = topicOf('lamp-17')

describe('before anybody has logged in', () => {
  it('a CONNECT that comes byte by byte is taken when it is in time', async () => {
    await using field = await startField()
    using device = await RawDevice.open(field.port)
    for (const byte of connectPacket()) device.send([byte])
    await device.until((packets) => packets.length === 1)
    expect(device.packets[0]).toEqual({ type: 2, body: [0, 0] })
  })

  it('a connection that does not finish CONNECT within 5 s is dropped', async () => {
    const clock = createManualClock()
    await using field = await startField({ clock })
    using silent = await RawDevice.open(field.port)
    using slow = await RawDevice.open(field.port)
    await until(() => field.adapter.health().detail.startsWith('2 connections'))
    slow.send(connectPacket().subarray(0, 10))
    clock.advance(durationUs(4_900_000))
    slow.send(connectPacket().subarray(10, 12))
    clock.advance(durationUs(100_000))
    await Promise.all([silent.closed, slow.closed])
    expect(field.refusals.map(({ reason }) => reason)).toEqual(['too_slow', 'too_slow'])
  })

  it('a device that logged in may be silent for as long as it likes', async () => {
    const clock = createManualClock()
    await using field = await startField({ clock })
    using device = await RawDevice.loggedIn(field.port)
    clock.advance(durationUs(3_600_000_000))
    device.send(publishPacket(up, 'm', { qos: 1 }))
    await until(() => device.acknowledged.length === 1)
    clock.advance(durationUs(0))
    expect(clock.pending()).toBe(0)
  })
})

describe('after the login', () => {
  it('messages that follow CONNECT without waiting for its answer are taken', async () => {
    await using field = await startField()
    using device = await RawDevice.open(field.port)
    const messages = Array.from({ length: 60 }, (_, id) =>
      publishPacket(up, `m${id + 1}`, { qos: 1, id: id + 1 }),
    )
    device.send(connectPacket(), ...messages)
    await until(() => device.acknowledged.length === 60)
    expect(device.packets[0]).toEqual({ type: 2, body: [0, 0] })
    expect(field.stored).toHaveLength(60)
  })

  it('a message of 1 MB ends the connection before it is read', async () => {
    await using field = await startField()
    const client = await connectDevice(field.port)
    const sent = client.publishAsync(up, Buffer.alloc(1_048_576), { qos: 1 }).then(
      () => 'acknowledged',
      () => 'not acknowledged',
    )
    await until(() => field.refusals.length === 1)
    await client.endAsync(true)
    expect(await sent).toBe('not acknowledged')
    expect(field.refusals).toMatchObject([{ reason: 'too_large', source: 'mqtt:lamp-17' }])
    expect(field.stored).toEqual([])
  })

  it('the largest message that fits is taken, whole, in whatever pieces it comes', async () => {
    await using field = await startField()
    using device = await RawDevice.loggedIn(field.port)
    const payload = Buffer.alloc(65_536 - 2 - up.length - 2, 'å')
    const bytes = publishPacket(up, payload, { qos: 1, id: 500 })
    for (let at = 0; at < bytes.length; at += 1_000)
      device.send(bytes.subarray(at, at + 1_000))
    await until(() => device.acknowledged.length === 1)
    expect(Buffer.compare(field.stored[0]?.payload ?? Buffer.alloc(0), payload)).toBe(0)
  })

  it('no bytes whatsoever bring the broker down', async () => {
    await using field = await startField({
      limits: { failuresPerMinute: 100_000, packetsPerSecond: 1e6, burst: 1e6 },
    })
    const first = fc.constantFrom(
      0x10,
      0x30,
      0x32,
      0x34,
      0x62,
      0x82,
      0xa2,
      0xc0,
      0xe0,
      0x40,
    )
    const junk = fc.tuple(first, fc.uint8Array({ maxLength: 40 }))
    const framed = junk.map(([head, body]) => packet(head, body))
    const bytes = fc.oneof(framed, framed, fc.uint8Array({ maxLength: 40 }))
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(bytes, { maxLength: 5 }),
        async (known, parts) => {
          using device = known
            ? await RawDevice.loggedIn(field.port)
            : await RawDevice.open(field.port)
          device.send(...parts)
          device.socket.end()
          await device.closed
        },
      ),
      { numRuns: 300 },
    )
    using device = await RawDevice.loggedIn(field.port)
    device.send(publishPacket(up, 'alive', { qos: 1 }))
    await until(() => device.acknowledged.length === 1)
    expect(field.adapter.health().state).toBe('online')
  })
})
