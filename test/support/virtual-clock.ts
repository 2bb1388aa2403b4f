import type { Clock } from '../../src/domain/clock.ts'
import { later, timeUs, type DurationUs, type TimeUs } from '../../src/domain/time.ts'

/** Timers up to this long pace real input and output (a group commit, say), so they run in real time. */
const pacing = 250_000

interface Timer {
  readonly due: TimeUs
  readonly task: () => void
}

/**
 * A clock that stands still until it is moved. Delays of the service's own thinking (rules, leases,
 * time-outs) are virtual; the few milliseconds that pace the disk are real, because the disk is.
 */
export class VirtualClock implements Clock {
  #now: TimeUs
  readonly #timers = new Set<Timer>()

  constructor(start = '2026-11-20T17:00:00Z') {
    this.#now = timeUs(Date.parse(start) * 1_000)
  }

  now(): TimeUs {
    return this.#now
  }

  after(delay: DurationUs, task: () => void): () => void {
    if (delay <= pacing) {
      const real = setTimeout(task, delay / 1_000)
      return () => clearTimeout(real)
    }
    const timer = { due: later(this.#now, delay), task }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  /**
   * The machine sleeps: the time jumps without anything running on the way, and then everything that
   * is overdue runs at once, in order.
   */
  suspend(by: DurationUs): void {
    this.#now = later(this.#now, by)
    this.#runUntil(this.#now)
  }

  /** Moves on and runs what has become due, in order. */
  advance(by: DurationUs): void {
    const until = later(this.#now, by)
    this.#runUntil(until)
    this.#now = until
  }

  #runUntil(until: TimeUs): void {
    for (;;) {
      const next = [...this.#timers]
        .filter(({ due }) => due <= until)
        .toSorted((a, b) => a.due - b.due)
        .at(0)
      if (next === undefined) break
      this.#timers.delete(next)
      this.#now = timeUs(Math.max(next.due, this.#now))
      next.task()
    }
  }
}
