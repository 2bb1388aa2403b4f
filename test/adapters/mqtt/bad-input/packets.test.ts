import { describe, expect, it } from 'vitest'
import {
  connectPacket,
  packet,
  publishPacket,
  RawDevice,
  startField,
  textField,
  topicOf,
} from '../../../support/mqtt.ts'
import { until } from '../../../support/until.ts'

/** Everything bad that may come after a login, one line each, and what becomes of it. */

const up = topicOf('lamp-17')
const good = (id: number) => publishPacket(up, '{"p":1}', { qos: 1, id })
const to = (topic: string) => publishPacket(topic, 'm', { qos: 1, id: 9 })
const bytes = (first: number, ...body: readonly number[]) =>
  packet(first, Buffer.from(body))
const million = publishPacket(up, `[${'1,'.repeat(999_999)}1]`, { qos: 1 })
const notUtf8 = Buffer.concat([textField(Buffer.of(0x76, 0xff)), Buffer.of(0, 9, 1)])
const filter = (head: number, id: number, name: string, ...qos: readonly number[]) =>
  packet(head, Buffer.concat([Buffer.of(0, id), textField(name), Buffer.from(qos)]))

describe('between two good messages', () => {
  it.each<[string, Buffer, string]>([
    ['a second CONNECT', connectPacket(), 'protocol'],
    ['QoS 3', publishPacket(up, 'm', { qos: 3 }), 'protocol'],
    ['256 MB, and silence', Buffer.of(0x32, 255, 255, 255, 127), 'too_large'],
    ['64 KiB and a byte', packet(0x32, Buffer.alloc(65_537)), 'too_large'],
    ['a list of a million', million, 'too_large'],
    ['an endless length', Buffer.of(0x32, 255, 255, 255, 255), 'protocol'],
    ['no topic', to(''), 'protocol'],
    ['a topic longer than the packet', bytes(0x32, 0, 99, 65, 0, 1), 'protocol'],
    ['half a topic length', bytes(0x30, 0), 'protocol'],
    ['an empty PUBLISH', bytes(0x30), 'protocol'],
    ['no packet identifier', bytes(0x32, 0, 1, 65), 'protocol'],
    ['the packet identifier 0', publishPacket(up, 'm', { qos: 1, id: 0 }), 'protocol'],
    ['a topic with NUL', to(`${up}\0`), 'topic_not_allowed'],
    ['a topic with #', to('v1/strandkoping/#'), 'topic_not_allowed'],
    ['a topic with +', to('v1/strandkoping/+/up'), 'topic_not_allowed'],
    ['the topic $SYS', to('$SYS/broker/x'), 'topic_not_allowed'],
    ['a topic of 101 levels', to(`${'a/'.repeat(100)}a`), 'topic_not_allowed'],
    ['a topic of 60 KB', to('a'.repeat(60_000)), 'topic_not_allowed'],
    ['a topic that is not UTF-8', packet(0x32, notUtf8), 'topic_not_allowed'],
    ['a level too many', to(`${up}/more`), 'topic_not_allowed'],
    ["another device's topic", to(topicOf('lamp-18')), 'topic_not_allowed'],
    ['the topic of another town', to('v1/fjordvik/lamp-17/up'), 'topic_not_allowed'],
    ['an answer to nothing', bytes(0x40, 0, 1), 'protocol'],
    ['a CONNACK', bytes(0x20, 0, 0), 'protocol'],
    ['type 0', bytes(0x00, 0, 0), 'protocol'],
    ['type 15', bytes(0xf0, 0, 0), 'protocol'],
    ['a PINGREQ with a body', bytes(0xc0, 0, 0), 'protocol'],
    ['a PINGREQ with flags', bytes(0xc8), 'protocol'],
    ['a DISCONNECT with a body', bytes(0xe0, 0, 0), 'protocol'],
    ['a DISCONNECT with flags', bytes(0xe1), 'protocol'],
    ['a PUBREL with other flags', bytes(0x60, 0, 1), 'protocol'],
    ['a PUBREL that is too long', bytes(0x62, 0, 1, 0), 'protocol'],
    ['a SUBSCRIBE without its flag', bytes(0x80, 0, 1, 0, 1, 65, 0), 'protocol'],
    ['an empty SUBSCRIBE', bytes(0x82), 'protocol'],
    ['an empty UNSUBSCRIBE', bytes(0xa2), 'protocol'],
  ])('%s ends the connection; what came before is answered', async (_, bad, reason) => {
    await using field = await startField()
    using device = await RawDevice.loggedIn(field.port)
    device.send(good(1), bad, good(2))
    await device.closed
    expect(device.packets).toEqual([
      { type: 2, body: [0, 0] },
      { type: 4, body: [0, 1] },
    ])
    expect(field.stored).toHaveLength(1)
    expect(field.refusals).toMatchObject([
      { reason, source: 'mqtt:lamp-17', organisation: 'strandkoping' },
    ])
  })

  it.each<[string, Buffer]>([
    ['a SUBSCRIBE with QoS 3', filter(0x82, 1, 'a', 3)],
    ['a SUBSCRIBE cut off', bytes(0x82, 0, 1, 0, 9, 65, 0)],
    ['an UNSUBSCRIBE cut off', bytes(0xa2, 0, 1, 0, 9, 65)],
  ])('%s is read by the broker, which ends the connection at once', async (_, bad) => {
    await using field = await startField()
    using device = await RawDevice.loggedIn(field.port)
    device.send(good(1))
    await until(() => device.acknowledged.length === 1)
    device.send(bad)
    await device.closed
    expect(device.packets.map(({ type }) => type)).toEqual([2, 4])
    expect(field.refusals).toMatchObject([{ reason: 'protocol', source: 'mqtt:lamp-17' }])
  })

  it.each<[string, Buffer, number, readonly number[]]>([
    ['SUBSCRIBE to everything', filter(0x82, 5, '#', 0), 9, [0, 5, 128]],
    ['SUBSCRIBE to the broker', filter(0x82, 5, '$SYS/#', 1), 9, [0, 5, 128]],
    ['SUBSCRIBE to its own', filter(0x82, 5, up, 2), 9, [0, 5, 128]],
    ['UNSUBSCRIBE from nothing', filter(0xa2, 6, 'a'), 11, [0, 6]],
    ['PUBREL of nothing', bytes(0x62, 0, 7), 7, [0, 7]],
    ['PINGREQ', bytes(0xc0), 13, []],
  ])('%s is answered, and the connection stays', async (_, request, type, body) => {
    await using field = await startField()
    using device = await RawDevice.loggedIn(field.port)
    device.send(good(1), request, good(2))
    await until(() => device.packets.length === 4)
    expect(device.packets.filter((one) => one.type !== 4).slice(1)).toEqual([
      { type, body },
    ])
    expect(device.acknowledged).toEqual([1, 2])
    expect(field.stored).toHaveLength(2)
    expect(field.refusals).toEqual([])
  })
})

describe('over time', () => {
  it('the integrator is told which topics are allowed, and what was said', async () => {
    await using field = await startField()
    using device = await RawDevice.loggedIn(field.port)
    device.send(publishPacket(topicOf('lamp-18'), 'hello', { qos: 1 }))
    await device.closed
    expect(field.refusals[0]?.detail).toContain(up)
    expect(Buffer.from(field.refusals[0]?.sample ?? []).toString()).toBe('hello')
  })

  it('a poisoned retained message is stored once, as said now, and given to nobody', async () => {
    await using field = await startField()
    using device = await RawDevice.loggedIn(field.port)
    device.send(publishPacket(up, Buffer.of(0xff, 0), { qos: 1, id: 3, flags: 1 }))
    await until(() => device.acknowledged.length === 1)
    device.socket.destroy()
    using next = await RawDevice.loggedIn(field.port)
    next.send(filter(0x82, 5, '#', 0), bytes(0xc0))
    await next.until((packets) => packets.some(({ type }) => type === 13))
    expect(next.packets.map(({ type }) => type)).toEqual([2, 9, 13])
    expect(field.stored).toMatchObject([{ retained: false }])
  })

  it('1,000 messages with QoS 2 and no PUBREL are taken; the next ends the connection', async () => {
    await using field = await startField()
    using device = await RawDevice.loggedIn(field.port)
    for (let id = 1; id <= 1_001; id += 1) {
      device.send(publishPacket(up, 'm', { qos: 2, id }))
    }
    await device.closed
    expect(device.packets.filter(({ type }) => type === 5)).toHaveLength(1_000)
    expect(field.stored).toHaveLength(1_000)
    expect(field.refusals.map(({ reason }) => reason)).toEqual(['qos2_unfinished'])
  })

  it('a repeat with QoS 2 before its PUBREL is answered again and stored once', async () => {
    await using field = await startField()
    using device = await RawDevice.loggedIn(field.port)
    const first = publishPacket(up, 'm', { qos: 2, id: 9 })
    const again = publishPacket(up, 'm', { qos: 2, id: 9, flags: 8 })
    const release = bytes(0x62, 0, 9)
    device.send(first, again, release, release, first)
    await until(() => device.packets.length === 6)
    expect(device.packets.map(({ type }) => type)).toEqual([2, 5, 5, 7, 7, 5])
    expect(field.stored).toHaveLength(2)
  })

  it('nothing is heard after a DISCONNECT', async () => {
    await using field = await startField()
    using device = await RawDevice.loggedIn(field.port)
    device.send(good(1), bytes(0xe0), good(2))
    await device.closed
    expect(field.stored).toHaveLength(1)
    expect(field.refusals).toEqual([])
  })

  it('half a message is waited for, without holding up anybody else', async () => {
    await using field = await startField()
    using slow = await RawDevice.loggedIn(field.port, 'lamp-18')
    const long = publishPacket(topicOf('lamp-18'), 'm'.repeat(60_000), { qos: 1 })
    slow.send(long.subarray(0, 50_000))
    using device = await RawDevice.loggedIn(field.port)
    device.send(good(1))
    await until(() => device.acknowledged.length === 1)
    slow.send(long.subarray(50_000))
    await until(() => slow.acknowledged.length === 1)
    expect(field.stored).toHaveLength(2)
    expect(field.refusals).toEqual([])
  })
})
