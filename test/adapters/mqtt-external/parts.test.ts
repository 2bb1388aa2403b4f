import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AckWindow } from '../../../src/adapters/mqtt-external/ack-window.ts'
import { retryDelay } from '../../../src/adapters/mqtt-external/back-off.ts'
import {
  clientIdOf,
  endpointOf,
  externalBroker,
} from '../../../src/adapters/mqtt-external/config.ts'
import {
  deviceFilters,
  subscriptionsOf,
  TopicTable,
} from '../../../src/adapters/mqtt-external/filters.ts'
import type { Random } from '../../../src/domain/clock.ts'
import { SECOND } from '../../../src/domain/time.ts'

const least = { url: 'mqtt://broker.example', organisation: 'strandkoping' }
const { limits } = externalBroker.parse(least)
const constant = (byte: number): Random => ({ bytes: (n) => new Uint8Array(n).fill(byte) })

const at = (url: string) => endpointOf({ url })
/** Seconds to wait, drawn with this byte for chance. */
const wait = (pace: 'soon' | 'slow', failures: number, byte: number) =>
  retryDelay({ pace, failures }, limits, constant(byte)) / SECOND
const device = (id: string, pattern: string, topic: string) => ({
  device: id,
  pattern,
  topics: [topic],
})

describe('settings', () => {
  it('two lines are enough', () => {
    const config = externalBroker.parse(least)
    expect(config).toMatchObject({
      protocolVersion: 5,
      sessionExpiry: 86_400 * SECOND,
      keepalive: 30 * SECOND,
      limits: { window: 200, firstRetry: SECOND, longestRetry: 60 * SECOND },
    })
    expect(clientIdOf('region', config)).toBe('gatuvakt-strandkoping-region')
    expect(clientIdOf('region', { ...config, clientId: 'second' })).toBe('second')
  })

  it('knows the usual ports, and IPv6', () => {
    expect(at('mqtt://b.example')).toEqual({
      host: 'b.example',
      port: 1_883,
      secure: false,
    })
    expect(at('mqtts://b.example/')).toEqual({
      host: 'b.example',
      port: 8_883,
      secure: true,
    })
    expect(at('mqtts://[::1]:99')).toEqual({ host: '::1', port: 99, secure: true })
  })

  it.each([
    ['another protocol', { url: 'ws://broker.example' }],
    ['a password in the URL', { url: 'mqtt://user:secret@broker.example' }],
    ['a path', { url: 'mqtt://broker.example/town' }],
    ['no host', { url: 'mqtt://' }],
    ['a password without a user', { password: 'secret' }],
    ['tls without mqtts', { tls: { ca: 'ca.pem' } }],
    ['a certificate without its key', { url: 'mqtts://b', tls: { certificate: 'c.pem' } }],
    ['a way to trust everybody', { url: 'mqtts://b', tls: { rejectUnauthorized: false } }],
    ['MQTT 3.1', { protocolVersion: 3 }],
    ['a shared group with MQTT 3.1.1', { protocolVersion: 4, sharedGroup: 'g' }],
    ['a topic without a device', { topics: ['lights/status'] }],
    ['a topic with two', { topics: ['+/+/status'] }],
    ['a device in the middle of a level', { topics: ['lights/lamp-+/status'] }],
    ['everything', { topics: ['#'] }],
    ['a topic of the broker itself', { topics: ['$SYS/+'] }],
    ['part of a second', { keepalive: '1500ms' }],
    ['a session that ends at once', { sessionExpiry: '0s' }],
  ])('refuses %s', (_, wrong) => {
    expect(externalBroker.safeParse({ ...least, ...wrong }).success).toBe(false)
  })
})

describe('waits', () => {
  it('start below a second and end below a minute, with the whole range in use', () => {
    expect([1, 2, 3, 4, 7, 1_000].map((failures) => wait('soon', failures, 0))).toEqual([
      0, 0, 0, 0, 0, 0,
    ])
    const longest = [1, 2, 3, 4, 5, 6, 7, 1_000].map((failures) =>
      wait('soon', failures, 255),
    )
    expect(longest.map((seconds) => Math.ceil(seconds))).toEqual([
      1, 2, 4, 8, 16, 32, 60, 60,
    ])
  })

  it('after a refusal are half a minute to a minute, from the first time on', () => {
    expect(wait('slow', 1, 0)).toBe(30)
    expect(wait('slow', 1, 255)).toBeCloseTo(60, 1)
    expect(wait('slow', 9, 0)).toBe(30)
  })
})

describe('the window', () => {
  it('acknowledges in order, each once, whatever the order of the log', () => {
    fc.assert(
      fc.property(
        fc
          .uniqueArray(fc.nat(99), { minLength: 1 })
          .chain((ids) => fc.tuple(fc.constant(ids), fc.shuffledSubarray(ids))),
        ([ids, stored]) => {
          const acknowledged: number[] = []
          const window = new AckWindow({
            messages: 100,
            bytes: 100,
            acknowledge: (id) => acknowledged.push(id),
          })
          const places = new Map(ids.map((id) => [id, window.take(id, 1)]))
          for (const id of stored) {
            const place = places.get(id)
            if (place !== undefined) window.settle(place)
          }
          const open = ids.findIndex((id) => !stored.includes(id))
          expect(acknowledged).toEqual(open === -1 ? ids : ids.slice(0, open))
          expect(window.size).toBe(ids.length - acknowledged.length)
        },
      ),
    )
  })

  it('has no place beyond its bounds, and one again after an acknowledgement', () => {
    const window = new AckWindow({ messages: 2, bytes: 10, acknowledge: () => undefined })
    const first = window.take(1, 6)
    expect(window.take(2, 5)).toBeUndefined()
    expect(window.take(2, 4)).toBeDefined()
    expect(window.take(3, 0)).toBeUndefined()
    if (first !== undefined) window.settle(first)
    expect(window.take(3, 6)).toBeDefined()
  })

  it('acknowledges nothing after its connection', () => {
    const acknowledged: number[] = []
    const window = new AckWindow({
      messages: 2,
      bytes: 10,
      acknowledge: (id) => acknowledged.push(id),
    })
    const place = window.take(1, 1)
    window.forget()
    if (place !== undefined) window.settle(place)
    expect(acknowledged).toEqual([])
    expect(window.size).toBe(0)
  })
})

describe('filters', () => {
  it('are one for all devices of a type, and know those that were renamed', () => {
    const filters = deviceFilters([
      device('lamp-1', 'gatuvakt/o/+/up', 'gatuvakt/o/lamp-1/up'),
      device('lamp-2', 'gatuvakt/o/+/up', 'gatuvakt/o/lamp-two/up'),
      device('pump-1', 'pumps/+', 'pumps/pump-1'),
    ])
    expect(subscriptionsOf(filters, undefined)).toEqual(['gatuvakt/o/+/up', 'pumps/+'])
    expect(subscriptionsOf(filters, 'g')).toEqual([
      '$share/g/gatuvakt/o/+/up',
      '$share/g/pumps/+',
    ])
    const table = new TopicTable(filters)
    expect(table.deviceOf('gatuvakt/o/lamp-1/up')).toBe('lamp-1')
    expect(table.deviceOf('gatuvakt/o/lamp-two/up')).toBe('lamp-2')
    expect(table.deviceOf('gatuvakt/o/lamp-99/up')).toBe('lamp-99')
    expect(table.deviceOf('pumps/pump-1')).toBe('pump-1')
    // Asked again it says the same, also with more devices than it remembers.
    for (let lamp = 0; lamp <= 20_001; lamp += 1) table.deviceOf(`gatuvakt/o/l-${lamp}/up`)
    expect(table.deviceOf('gatuvakt/o/lamp-two/up')).toBe('lamp-2')
    expect(table.deviceOf('pumps/pump-1/up')).toBeUndefined()
    expect(table.deviceOf('$SYS/pump-1')).toBeUndefined()
  })

  it('are single topics where + cannot stand for the device', () => {
    const filters = deviceFilters([
      device('lamp-1', 'lights/l-+/up', 'lights/l-lamp-1/up'),
      device('lamp-2', 'a/+/b/+', 'a/lamp-2/b/lamp-2'),
    ])
    expect(subscriptionsOf(filters, undefined)).toEqual([
      'a/lamp-2/b/lamp-2',
      'lights/l-lamp-1/up',
    ])
    expect(new TopicTable(filters).deviceOf('lights/l-lamp-1/up')).toBe('lamp-1')
  })
})
