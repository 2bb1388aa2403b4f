import type { Clock } from './domain/clock.ts'
import { timeUs } from './domain/time.ts'

const longestTimerMs = 2_147_483_647

/** The machine's clock. A timer longer than 24 days fires early; callers look at the time again. */
export const systemClock: Clock = {
  now: () => timeUs(Date.now() * 1_000),
  after: (delay, task) => {
    const timer = setTimeout(task, Math.min(delay / 1_000, longestTimerMs))
    return () => clearTimeout(timer)
  },
}
