import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DeviceLogin } from '../../../src/adapters/adapter.ts'
import { readFixedHeader } from '../../../src/adapters/mqtt/frames.ts'
import { countedAddress, LoginThrottle } from '../../../src/adapters/mqtt/login-throttle.ts'
import { TokenBucket } from '../../../src/adapters/mqtt/token-bucket.ts'
import { TopicCache } from '../../../src/adapters/mqtt/topic-cache.ts'
import { matchTopic, speakerOf } from '../../../src/adapters/topics.ts'
import { organisationId } from '../../../src/domain/ids.ts'
import {
  durationUs,
  earlier,
  later,
  MINUTE,
  SECOND,
  timeUs,
} from '../../../src/domain/time.ts'
import { packet } from '../../support/mqtt.ts'

const noon = timeUs(Date.UTC(2026, 10, 20, 12) * 1_000)

describe('a topic filter', () => {
  it.each([
    ['v1/a/lamp-1/up', 'v1/a/lamp-1/up', {}],
    ['v1/a/+/up', 'v1/a/lamp-1/up', { captured: 'lamp-1' }],
    ['+/up', 'lamp-1/up', { captured: 'lamp-1' }],
    ['up/+', 'up/lamp-1', { captured: 'lamp-1' }],
  ])('%s allows %s', (filter, topic, match) => {
    expect(matchTopic(filter, topic)).toEqual(match)
  })

  it.each([
    ['v1/a/lamp-1/up', 'v1/a/lamp-2/up'],
    ['v1/a/lamp-1/up', 'v1/a/lamp-1/up/'],
    ['v1/a/+/up', 'v1/a//up'],
    ['v1/a/+/up', 'v1/a/up'],
    ['v1/a/+/up', 'v1/a/x/y/up'],
    ['v1/a/+/up', 'v1/a/Lamp/up'],
    ['v1/a/+/up', `v1/a/${'x'.repeat(64)}/up`],
    ['v1/a/+/up', 'v1/a/+/up'],
    ['v1/a/x+/up', 'v1/a/xy/up'],
    ['v1/+/+/up', 'v1/a/b/up'],
    ['v1/#', 'v1/a'],
    ['#', 'v1'],
    ['$SYS/x', '$SYS/x'],
    ['+/x', '$SYS/x'],
  ])('%s does not allow %s', (filter, topic) => {
    expect(matchTopic(filter, topic)).toBeUndefined()
  })
})

describe('a fixed header', () => {
  it('is read whatever the length, and waited for while it is incomplete', () => {
    fc.assert(
      fc.property(fc.nat(255), fc.nat(70_000), (first, length) => {
        const bytes = packet(first, new Uint8Array(length))
        const header = readFixedHeader(bytes, 0)
        expect(header).toEqual({
          type: first >> 4,
          flags: first & 15,
          bytes: bytes.length - length,
          length,
        })
        for (let cut = 0; cut < bytes.length - length; cut += 1) {
          expect(readFixedHeader(bytes.subarray(0, cut), 0)).toBe('incomplete')
        }
      }),
    )
    const longest = readFixedHeader(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f), 0)
    expect(longest).toMatchObject({ length: 268_435_455 })
    expect(readFixedHeader(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff), 0)).toBe(
      'malformed',
    )
  })
})

describe('the topics of a login', () => {
  const bridge: DeviceLogin = {
    organisation: organisationId.parse('a'),
    device: 'bridge-1',
    class: 'bridge',
    publish: ['v1/a/+/up'],
  }

  it('mean the same as without a cache, whatever was said before', () => {
    const level = fc.constantFrom('lamp-1', 'lamp-2', 'lamp-10', 'Lamp', '', 'å', '+')
    const topic = level.map((device) => `v1/a/${device}/up`)
    fc.assert(
      fc.property(fc.array(topic, { maxLength: 30 }), (topics) => {
        const cache = new TopicCache(bridge)
        for (const one of topics) {
          const bytes = Buffer.from(`<${one}>`)
          const device = speakerOf(bridge, one)
          expect(cache.find(bytes, 1, bytes.length - 1)).toEqual(
            device === undefined ? undefined : { topic: one, device },
          )
        }
      }),
    )
  })

  it('are forgotten when there are more than 1,000', () => {
    const cache = new TopicCache(bridge)
    const find = (index: number) => {
      const bytes = Buffer.from(`v1/a/lamp-${index}/up`)
      return cache.find(bytes, 0, bytes.length)
    }
    const first = find(0)
    for (let index = 1; index < 1_000; index += 1) find(index)
    expect(find(0)).toBe(first)
    find(1_000)
    expect(find(0)).toEqual(first)
    expect(find(0)).not.toBe(first)
  })
})

describe('the rate of a connection', () => {
  it('never exceeds the burst and the rate together', () => {
    const steps = fc.array(fc.nat(2_000_000), { maxLength: 100 })
    fc.assert(
      fc.property(steps, (waits) => {
        const bucket = new TokenBucket({ perSecond: 10, burst: 20 }, noon)
        let now = noon
        let taken = 0
        for (const wait of waits) {
          now = later(now, durationUs(wait))
          while (bucket.take(now)) taken += 1
        }
        expect(taken).toBeLessThanOrEqual(20 + Math.ceil((now - noon) / 100_000))
        now = later(now, bucket.untilWorthwhile(now))
        expect(bucket.take(now)).toBe(true)
      }),
    )
  })

  it('gains nothing from a clock that is set back', () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 1 }, noon)
    expect(bucket.take(noon)).toBe(true)
    expect(bucket.take(earlier(noon, MINUTE))).toBe(false)
    expect(bucket.take(earlier(noon, durationUs(MINUTE - SECOND)))).toBe(true)
    bucket.giveBack()
    expect(bucket.take(earlier(noon, MINUTE))).toBe(true)
  })
})

describe('failed logins', () => {
  it('shut an address out for a minute from the last failure that counted', () => {
    const throttle = new LoginThrottle({ failures: 3, addresses: 100 })
    const soon = later(noon, durationUs(30 * SECOND))
    expect(throttle.failed('a', noon)).toBe(false)
    expect(throttle.failed('a', noon)).toBe(false)
    expect(throttle.isShut('a', noon)).toBe(false)
    expect(throttle.failed('a', soon)).toBe(true)
    expect(throttle.failed('a', soon)).toBe(false)
    expect(throttle.isShut('a', later(noon, MINUTE))).toBe(true)
    expect(throttle.isShut('b', soon)).toBe(false)
    expect(throttle.isShut('a', later(soon, MINUTE))).toBe(false)
  })

  it('are forgotten for the address that failed longest ago when there are too many', () => {
    const throttle = new LoginThrottle({ failures: 1, addresses: 2 })
    for (const address of ['a', 'b', 'c']) throttle.failed(address, noon)
    expect(['a', 'b', 'c'].map((address) => throttle.isShut(address, noon))).toEqual([
      false,
      true,
      true,
    ])
  })

  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1:2:3:4', 'fe80:0:0:0::/64'],
    [undefined, 'unknown'],
  ])('of %s are counted for %s', (remote, counted) => {
    expect(countedAddress(remote)).toBe(counted)
  })
})
