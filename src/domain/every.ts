import type { CancelTimer, Clock } from './clock.ts'
import type { DurationUs } from './time.ts'

/** Does a small job again and again, never twice at once, until disposed. */
export function every(
  period: DurationUs,
  clock: Clock,
  job: () => Promise<void>,
  failed: (error: unknown) => void,
): AsyncDisposable {
  let stopped = false
  let running: Promise<void> = Promise.resolve()
  let cancel: CancelTimer
  async function once(): Promise<void> {
    await job().catch(failed)
    if (!stopped) arm()
  }
  function arm(): void {
    cancel = clock.after(period, () => {
      running = once()
    })
  }
  arm()
  return {
    async [Symbol.asyncDispose]() {
      stopped = true
      cancel()
      await running
    },
  }
}
