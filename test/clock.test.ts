import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { systemClock } from '../src/clock.ts'

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => vi.useRealTimers())

const second = 1_000

it('never tells the same time twice, however often it is asked within a millisecond', () => {
  vi.setSystemTime(Date.UTC(2040, 0, 1))
  const times = Array.from({ length: 2_500 }, () => systemClock.now())
  expect(times).toEqual(times.map((_, index) => (times[0] ?? 0) + index))
  vi.setSystemTime(Date.UTC(2040, 0, 1) + 1)
  expect(systemClock.now()).toBe((times.at(-1) ?? 0) + 1)
  vi.setSystemTime(Date.UTC(2040, 0, 1) + second)
  expect(systemClock.now()).toBe((Date.UTC(2040, 0, 1) + second) * 1_000)
})

it('follows somebody who sets it back, and not the small steps of a clock that is disciplined', () => {
  const noon = Date.UTC(2041, 0, 1, 12)
  vi.setSystemTime(noon)
  const before = systemClock.now()
  vi.setSystemTime(noon - 500)
  expect(systemClock.now()).toBe(before + 1)
  vi.setSystemTime(noon - 2 * second)
  expect(systemClock.now()).toBe((noon - 2 * second) * 1_000)
})
