import type { Clock } from './domain/clock.ts'
import { timeUs } from './domain/time.ts'

const longestTimerMs = 2_147_483_647

/** A step back by more than this is somebody setting the clock, and is followed. */
const setBackUs = 1_000_000
let lastUs = 0

/**
 * The machine's clock tells milliseconds; the microseconds in between are counted up, so that two
 * messages without a time of their own never look like one.
 */
function nowUs(): number {
  const us = Date.now() * 1_000
  lastUs = us > lastUs || us < lastUs - setBackUs ? us : lastUs + 1
  return lastUs
}

/** The machine's clock. A timer longer than 24 days fires early; callers look at the time again. */
export const systemClock: Clock = {
  now: () => timeUs(nowUs()),
  after: (delay, task) => {
    const timer = setTimeout(task, Math.min(delay / 1_000, longestTimerMs))
    return () => clearTimeout(timer)
  },
}
