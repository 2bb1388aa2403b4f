import type { Clock } from '../../domain/clock.ts'
import { createSandbox, type Sandbox } from './sandbox.ts'

/** Ends what hangs; no outcome of a program that comes back depends on it. */
const wallClock: Pick<Clock, 'after'> = {
  after(delay, task) {
    // oxlint-disable-next-line no-restricted-globals -- waits for a thread, not for anything that is decided
    const timer = setTimeout(task, delay / 1_000)
    return () => clearTimeout(timer)
  },
}

/**
 * The sandbox of this process. It remembers nothing that could change an outcome, so all decoders
 * may share it; its thread starts with the first type that brings code.
 */
export const sharedSandbox: Sandbox = createSandbox(wallClock)
