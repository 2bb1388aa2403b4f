import type { Clock } from '../../domain/clock.ts'
import type { DurationUs } from '../../domain/time.ts'

/** Somebody owed an answer and did not give it in time. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut'
}

/**
 * The answer, or TimedOut: the library waits for ever in places. What comes after that is nobody's,
 * its failure included.
 */
export async function within<T>(
  promise: Promise<T>,
  order: { readonly clock: Clock; readonly after: DurationUs; readonly what: string },
): Promise<T> {
  const late = Promise.withResolvers<never>()
  const seconds = Math.round(order.after / 100_000) / 10
  const cancel = order.clock.after(order.after, () => {
    late.reject(new TimedOut(`${order.what} did not come within ${seconds} s`))
  })
  promise.catch(() => undefined)
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    cancel()
  }
}
