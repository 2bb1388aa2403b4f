import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AckQueue } from '../../../src/adapters/mqtt/ack-queue.ts'
import { readFixedHeader } from '../../../src/adapters/mqtt/frames.ts'
import { countedAddress, LoginThrottle } from '../../../src/adapters/mqtt/login-throttle.ts'
import { TokenBucket } from '../../../src/adapters/mqtt/token-bucket.ts'
import { matchTopic } from '../../../src/adapters/topics.ts'
import { Turnstile } from '../../../src/adapters/mqtt/turnstile.ts'
import {
  durationUs,
  earlier,
  later,
  MINUTE,
  SECOND,
  timeUs,
} from '../../../src/domain/time.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { packet } from '../../support/mqtt.ts'

const never = () => expect.fail('woken')
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

describe('acknowledgements', () => {
  it('keep the order of the messages and stop for good at the first failure', () => {
    const messages = fc.array(fc.tuple(fc.boolean(), fc.nat()), { maxLength: 30 })
    fc.assert(
      fc.property(messages, (fates) => {
        const queue = new AckQueue()
        const said: { readonly index: number; readonly stored: boolean }[] = []
        const settles = fates.map((_, index) =>
          queue.add((error) =>
            said.push({ index, stored: (error ?? undefined) === undefined }),
          ),
        )
        const order = fates.map((_, i) => i).toSorted((a, b) => at(fates, a) - at(fates, b))
        for (const index of order) {
          settles[index]?.(fates[index]?.[0] === true ? 'stored' : new Error('full'))
        }
        const failed = fates.findIndex(([stored]) => !stored)
        expect(said).toEqual(
          fates.map((_, index) => ({ index, stored: failed === -1 || index < failed })),
        )
      }),
    )
  })
})

function at(fates: readonly (readonly [boolean, number])[], index: number): number {
  return fates[index]?.[1] ?? 0
}

describe('the turnstile', () => {
  it('never lets in more than its limit, and leaves nobody waiting when there is room', async () => {
    const moves = fc.array(fc.constantFrom('come', 'come', 'leave', 'turn'), {
      maxLength: 200,
    })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), moves, async (limit, steps) => {
        const clock = createManualClock()
        const turnstile = new Turnstile(limit, clock)
        const waiting = new Set<() => void>()
        const ask = () => {
          const wake = () => {
            waiting.delete(wake)
            if (!turnstile.enter(wake)) waiting.add(wake)
          }
          wake()
        }
        for (const step of steps) {
          if (step === 'come') ask()
          if (step === 'leave' && turnstile.inside > 0) turnstile.leave()
          if (step === 'turn') clock.advance(durationUs(1_000))
          await Promise.resolve()
          expect(turnstile.inside).toBeLessThanOrEqual(limit)
        }
        // Everybody inside leaves, turn after turn, until nobody waits.
        for (let turn = 0; turn <= steps.length && waiting.size > 0; turn += 1) {
          while (turnstile.inside > 0) turnstile.leave()
          await new Promise((resolve) => setImmediate(resolve))
          clock.advance(durationUs(1_000))
        }
        expect(waiting.size).toBe(0)
      }),
      { numRuns: 200 },
    )
  })

  it('forgets who is gone, and lets nobody in when closed', () => {
    const turnstile = new Turnstile(1, createManualClock())
    expect(turnstile.enter(never)).toBe(true)
    expect(turnstile.enter(never)).toBe(false)
    turnstile.forget(never)
    turnstile.leave()
    turnstile.close()
    expect(turnstile.enter(never)).toBe(false)
    expect(turnstile.inside).toBe(0)
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
