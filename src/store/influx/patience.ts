import type { Clock } from '../../domain/clock.ts'
import { Problem } from '../../domain/problem.ts'
import { durationUs, SECOND } from '../../domain/time.ts'

/** A request is given up after this. The clients' own time-outs are off, so that one bound counts. */
export const patience = durationUs(30 * SECOND)

/**
 * Rejects with Problem unavailable when `work` takes longer than the bound, and aborts the signal it
 * was given.
 */
export async function withPatience<T>(
  clock: Clock,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const control = new AbortController()
  const late = Promise.withResolvers<never>()
  const cancel = clock.after(patience, () => {
    const problem = new Problem({
      kind: 'unavailable',
      what: 'InfluxDB does not answer',
      why: `no answer within ${patience / SECOND} s`,
      next: 'Readings wait in the log. Look at the server and at the network to it',
    })
    late.reject(problem)
    control.abort(problem)
  })
  try {
    return await Promise.race([work(control.signal), late.promise])
  } finally {
    cancel()
  }
}
