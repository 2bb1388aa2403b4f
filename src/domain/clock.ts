import type { DurationUs, TimeUs } from './time.ts'

/** Stops a timer that has not fired yet; harmless afterwards. */
export type CancelTimer = () => void

/** The only way to learn or to wait for the time, so that the whole service runs under a simulated clock. */
export interface Clock {
  /** Wall clock, UTC. May jump. */
  now(): TimeUs
  /** Runs `task` once, `delay` from now. The task must not throw or reject. */
  after(delay: DurationUs, task: () => void): CancelTimer
}

/** The only source of randomness. */
export interface Random {
  /** Cryptographically strong bytes in production, seeded in simulations. */
  bytes(count: number): Uint8Array
}
