import type { Clock } from '../../src/domain/clock.ts'
import { timeUs, type DurationUs, type TimeUs } from '../../src/domain/time.ts'
import { createManualClock, type ManualClock } from './manual-clock.ts'

/** Timers up to this long pace real input and output (a group commit, say), so they run in real time. */
const pacing = 250_000

/**
 * A manual clock for a whole service. Delays of the service's own thinking (rules, leases, time-outs)
 * wait for the test; the fractions of a second that pace input and output are real, because the disk is.
 */
export class VirtualClock implements Clock {
  readonly #manual: ManualClock

  constructor(start = '2026-11-20T17:00:00Z') {
    this.#manual = createManualClock(timeUs(Date.parse(start) * 1_000))
  }

  now(): TimeUs {
    return this.#manual.now()
  }

  after(delay: DurationUs, task: () => void): () => void {
    if (delay > pacing) return this.#manual.after(delay, task)
    const real = setTimeout(task, delay / 1_000)
    return () => clearTimeout(real)
  }

  /** Moves on and runs what has become due, in order. */
  advance(by: DurationUs): void {
    this.#manual.advance(by)
  }

  /** The machine sleeps; see ManualClock. */
  suspend(by: DurationUs): void {
    this.#manual.suspend(by)
  }
}
