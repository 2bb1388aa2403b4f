import { describe, expect, it } from 'vitest'
import { durationUs, SECOND } from '../../../../src/domain/time.ts'
import { createManualClock } from '../../../support/manual-clock.ts'
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

/** Everything bad that may come before a login, one line each, and what becomes of it. */

const up = topicOf('lamp-17')
const good = publishPacket(up, '{"p":1}', { qos: 1, id: 1 })

/** A CONNECT of MQTT 3.1.1 spelt out: flags, and the texts after the keep alive. */
function connect(flags: number, ...texts: readonly (string | Uint8Array)[]): Buffer {
  const head = Buffer.from([0, 4, 77, 81, 84, 84, 4, flags, 0, 0])
  return packet(0x10, Buffer.concat([head, ...texts.map(textField)]))
}
const will = (topic: string) => connectPacket({ will: { topic, payload: 'x' } })
const nameAndSecret = 0xc2
const withWill = 0xc6
const half = Buffer.from([0xed, 0xa0, 0x80])
const otherName = Buffer.from([0, 4, 77, 81, 84, 88, 4, 2, 0, 0, 0, 0])
const cutOff = Buffer.from([0, 4, 77, 81, 84, 84, 4, 0x82, 0, 0, 0, 0, 0, 99])

describe('instead of a CONNECT', () => {
  it.each<[string, Buffer, string]>([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'protocol'],
    ['TLS', Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]), 'protocol'],
    ['a PUBLISH', publishPacket(up, 'm'), 'protocol'],
    ['flags', Buffer.from([0x11, 0]), 'protocol'],
    ['an endless length', Buffer.from([0x10, 255, 255, 255, 255, 1]), 'protocol'],
    ['256 MB, and silence', Buffer.from([0x10, 255, 255, 255, 127]), 'too_large'],
    ['1,025 bytes', packet(0x10, Buffer.alloc(1_025)), 'too_large'],
    ['a client id of 4 KB', connectPacket({ clientId: 'x'.repeat(4_096) }), 'too_large'],
    ['nothing inside', packet(0x10, Buffer.alloc(0)), 'protocol'],
    ['another protocol', packet(0x10, otherName), 'protocol'],
    ['protocol level 9', connectPacket({ level: 9 }), 'protocol'],
    ['a reserved flag', connect(nameAndSecret | 1, '', 'lamp-17', 'right'), 'protocol'],
    ['a text longer than the packet', packet(0x10, cutOff), 'protocol'],
    ['the QoS of no will', connect(0x1a, ''), 'protocol'],
    ['a will with QoS 3', connect(withWill | 0x18, '', up, 'x', 'a', 'b'), 'protocol'],
    ['a client id with NUL', connectPacket({ clientId: 'a\0b' }), 'protocol'],
    ['a name with NUL', connectPacket({ username: 'a\0b' }), 'protocol'],
    ['0xff as client id', connect(nameAndSecret, Buffer.of(255), 'a', 'b'), 'protocol'],
    ['half a character there', connect(nameAndSecret, half, 'a', 'b'), 'protocol'],
    ['0xff as user name', connect(nameAndSecret, '', Buffer.of(255), 'b'), 'protocol'],
    ['0xff as topic of the will', connect(withWill, '', half, 'x', 'a', 'b'), 'protocol'],
  ])('%s is dropped unanswered', async (_, bytes, reason) => {
    await using field = await startField()
    using device = await RawDevice.open(field.port)
    device.send(bytes, good)
    await device.closed
    expect(device.packets).toEqual([])
    expect(field.refusals.map((one) => one.reason)).toEqual([reason])
    expect(field.refusals[0]?.source).toBe('mqtt:127.0.0.1')
    // The bytes may hold a secret, and nobody is known yet.
    expect(field.refusals[0]).not.toHaveProperty('sample')
    expect(field.refusals[0]).not.toHaveProperty('organisation')
    expect(field.stored).toEqual([])
  })

  it.each<[string, Buffer, number, string]>([
    ['MQTT 5', connectPacket({ level: 5 }), 1, 'protocol_version'],
    ['a wrong secret', connectPacket({ secret: 'wrong' }), 4, 'bad_credentials'],
    ['empty credentials', connect(nameAndSecret, '', '', ''), 4, 'bad_credentials'],
    ['no user name', connect(2, ''), 5, 'bad_credentials'],
    ['no secret', connect(0x82, '', 'lamp-17'), 5, 'bad_credentials'],
    ['a will of another device', will(topicOf('lamp-18')), 5, 'topic_not_allowed'],
    ['a will elsewhere', will('v1/fjordvik/lamp-17/up'), 5, 'topic_not_allowed'],
    ['a will to all', will('#'), 5, 'topic_not_allowed'],
    ['a will to $SYS', will('$SYS/x'), 5, 'topic_not_allowed'],
    ['a will of 101 levels', will(`${'a/'.repeat(100)}a`), 5, 'topic_not_allowed'],
    ['a will to nowhere', will(''), 5, 'topic_not_allowed'],
  ])('%s is answered and ended', async (_, bytes, code, reason) => {
    await using field = await startField()
    using device = await RawDevice.open(field.port)
    device.send(bytes, good)
    await device.closed
    expect(device.packets).toEqual([{ type: 2, body: [0, code] }])
    expect(field.refusals.map((one) => one.reason)).toEqual([reason])
    expect(field.stored).toEqual([])
  })

  it.each<[string, Buffer]>([
    ['no client id', connectPacket({ clientId: '' })],
    ['a client id of 900 letters', connectPacket({ clientId: 'x'.repeat(900) })],
    ['a client id of other letters', connectPacket({ clientId: 'lampa-å/+#💡' })],
    ['a client id of JavaScript', connectPacket({ clientId: '__proto__' })],
    ['MQTT 3.1', connectPacket({ level: 3, clientId: 'old' })],
    ['the mark of a bridge', connectPacket({ level: 0x84 })],
    ['a session to be kept', connect(nameAndSecret & ~2, 'x', 'lamp-17', 'right')],
  ])('%s is unusual, and let in without a session', async (_, bytes) => {
    await using field = await startField()
    using device = await RawDevice.open(field.port)
    device.send(bytes, good)
    await until(() => device.acknowledged.length === 1)
    expect(device.packets[0]).toEqual({ type: 2, body: [0, 0] })
    expect(field.refusals).toEqual([])
  })
})

describe('a CONNECT that never ends', () => {
  it('at one byte a second is dropped after 5 s', async () => {
    const clock = createManualClock()
    await using field = await startField({ clock })
    using device = await RawDevice.open(field.port)
    await until(() => field.adapter.health().detail.startsWith('1 connections'))
    for (const byte of connectPacket().subarray(0, 5)) {
      device.send([byte])
      clock.advance(SECOND)
    }
    await device.closed
    expect(device.packets).toEqual([])
    expect(field.refusals.map(({ reason }) => reason)).toEqual(['too_slow'])
  })

  it('1,000 times from one address: 50 stay, for 5 s, and whoever is in goes on', async () => {
    const clock = createManualClock()
    await using field = await startField({ clock })
    using member = await RawDevice.loggedIn(field.port)
    let dropped = 0
    const start = connectPacket().subarray(0, 10)
    for (let index = 0; index < 1_000; index += 1) {
      const device = await RawDevice.open(field.port)
      device.send(start)
      void device.closed.then(() => (dropped += 1))
    }
    await until(() => dropped === 950)
    expect(field.adapter.health().detail).toContain('51 connections')
    member.send(good)
    await until(() => member.acknowledged.length === 1)
    clock.advance(durationUs(5 * SECOND))
    await until(() => dropped === 1_000)
    using later = await RawDevice.loggedIn(field.port)
    expect(later.packets[0]).toEqual({ type: 2, body: [0, 0] })
    // Of those that were turned away only the first is told of, once a minute.
    const reasons = field.refusals.map(({ reason }) => reason)
    expect(reasons.filter((one) => one === 'too_many_connections')).toHaveLength(1)
    expect(reasons.filter((one) => one === 'too_slow')).toHaveLength(50)
  })
})
