import type { Clock } from '../domain/clock.ts'
import { durationUs, MS, SECOND } from '../domain/time.ts'

/** Thrown when the service stops while something is still being tried. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError'
}

export interface RetryParts {
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Told of each failure, to log it. */
  readonly failed: (error: unknown) => void
}

const firstPause = durationUs(100 * MS)
const longestPause = durationUs(30 * SECOND)

/**
 * Tries until it works or the signal aborts (StoppedError). For work that must not be skipped, such
 * as taking in an alarm; pauses grow from 100 ms to 30 s.
 */
export async function retry<T>(work: () => Promise<T>, parts: RetryParts): Promise<T> {
  let wait = firstPause
  for (;;) {
    if (parts.signal.aborted) throw new StoppedError('stopped before it worked')
    try {
      return await work()
    } catch (error) {
      parts.failed(error)
    }
    await pause(wait, parts)
    wait = durationUs(Math.min(wait * 2, longestPause))
  }
}

function pause(length: typeof firstPause, { clock, signal }: RetryParts): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const cancel = clock.after(length, resolve)
    return signal.addEventListener(
      'abort',
      () => {
        cancel()
        resolve()
      },
      { once: true },
    )
  })
}
