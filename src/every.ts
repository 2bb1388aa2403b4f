import type { CancelTimer, Clock } from './domain/clock.ts'
import type { DurationUs } from './domain/time.ts'

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
  function next(): void {
    cancel = clock.after(period, () => {
      running = job()
        .catch(failed)
        .then(() => (stopped ? undefined : next()))
    })
  }
  next()
  return {
    async [Symbol.asyncDispose]() {
      stopped = true
      cancel()
      await running
    },
  }
}
