import type { Clock } from '../../src/domain/clock.ts'
import { later, timeUs, type DurationUs, type TimeUs } from '../../src/domain/time.ts'

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /** Moves on and runs every timer that comes due on the way, in order. */
  advance(by: DurationUs): void
  /**
   * The machine sleeps: the time jumps without anything running on the way, and then everything
   * that is overdue runs at once, in order.
   */
  suspend(by: DurationUs): void
  /** Timers that have neither fired nor been stopped. */
  pending(): number
}

interface Timer {
  readonly due: TimeUs
  readonly task: () => void
}

/** Starts on 20 November 2026 at 12:00 UTC unless told otherwise. */
export function createManualClock(
  start: TimeUs = timeUs(Date.UTC(2026, 10, 20, 12) * 1_000),
): ManualClock {
  const timers = new Set<Timer>()
  let now = start
  return {
    now: () => now,
    after: (delay, task) => {
      const timer = { due: later(now, delay), task }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    suspend: (by) => {
      now = later(now, by)
      runUntil(now)
    },
    advance: (by) => {
      const until = later(now, by)
      runUntil(until)
      now = until
    },
    pending: () => timers.size,
  }

  function runUntil(until: TimeUs): void {
    for (;;) {
      const [next] = [...timers]
        .filter(({ due }) => due <= until)
        .toSorted((a, b) => a.due - b.due)
      if (next === undefined) break
      timers.delete(next)
      now = timeUs(Math.max(next.due, now))
      next.task()
    }
  }
}
