import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  advance,
  DELAYED_AFTER_MS,
  leastFresh,
  opened,
  STALE_AFTER_MS,
  type Freshness,
  type Happened,
} from '../../../src/console/live/freshness.ts'

const start = Date.UTC(2026, 10, 20, 12, 31, 7)
const sign = (atMs: number): Happened => ({ kind: 'sign', atMs })
const tick = (atMs: number): Happened => ({ kind: 'tick', atMs })
const after = (...happened: readonly Happened[]): Freshness =>
  happened.reduce(advance, opened(start))

describe('the connection lamp', () => {
  it('connects until the service is heard for the first time', () => {
    expect(after(tick(start + 5_000)).state).toBe('connecting')
    expect(after(tick(start + 5_000), sign(start + 6_000)).state).toBe('live')
  })

  it('is live as long as the service is heard at least every 15 seconds', () => {
    expect(after(sign(start), tick(start + 14_999)).state).toBe('live')
    expect(after(sign(start), tick(start + 15_000)).state).toBe('delayed')
  })

  it('is stale after more than 30 seconds of silence', () => {
    expect(after(sign(start), tick(start + 30_000)).state).toBe('delayed')
    expect(after(sign(start), tick(start + 30_001)).state).toBe('stale')
  })

  it('grows stale too when the service was never heard', () => {
    expect(after(tick(start + 16_000)).state).toBe('delayed')
    expect(after(tick(start + 31_000)).state).toBe('stale')
  })

  it('keeps the time of what is on the screen while it is stale', () => {
    expect(after(sign(start + 100), tick(start + 90_000)).signAtMs).toBe(start + 100)
  })

  it('is stale at once after a night with the laptop closed', () => {
    expect(after(sign(start), tick(start + 8 * 3_600_000)).state).toBe('stale')
  })

  it('stays as delayed as it was when somebody sets the clock back', () => {
    const late = after(sign(start), tick(start + 20_000), tick(start - 3_600_000))
    expect(late.state).toBe('delayed')
    expect(advance(late, tick(start - 3_600_000 + 30_001)).state).toBe('stale')
  })

  it('does not change for nothing', () => {
    const live = after(sign(start))
    expect(advance(live, tick(start + 1_000))).toBe(live)
  })

  it('is never fresher than the last sign of life, whatever happens', () => {
    const step = fc.record({
      kind: fc.constantFrom('sign' as const, 'tick' as const),
      passedMs: fc.integer({ min: 0, max: 40_000 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let now = start
        let heardAt = start
        let freshness = opened(start)
        for (const { kind, passedMs } of steps) {
          now += passedMs
          if (kind === 'sign') heardAt = now
          freshness = advance(freshness, { kind, atMs: now })
          const age = now - heardAt
          expect(freshness.signAtMs).toBe(heardAt)
          expect(freshness.state === 'stale').toBe(age > STALE_AFTER_MS)
          expect(freshness.state === 'delayed').toBe(
            age >= DELAYED_AFTER_MS && age <= STALE_AFTER_MS,
          )
        }
      }),
    )
  })
})

it('of several streams the page is as fresh as the least fresh one, since the oldest sign', () => {
  const live = after(sign(start + 9_000))
  const stale = after(sign(start + 1_000), tick(start + 40_000))
  expect(leastFresh([live])).toEqual(live)
  expect(leastFresh([live, stale])).toEqual({ state: 'stale', signAtMs: start + 1_000 })
  expect(leastFresh([stale, live])).toEqual({ state: 'stale', signAtMs: start + 1_000 })
  expect(leastFresh([live, opened(start)]).state).toBe('connecting')
})
