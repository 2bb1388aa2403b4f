import type { Random } from '../../domain/clock.ts'
import { durationUs, type DurationUs } from '../../domain/time.ts'

/** The bounds of all waits of one line. */
export interface Waits {
  readonly firstRetry: DurationUs
  readonly longestRetry: DurationUs
}

/**
 * How long to leave a line or unit alone after so many failures in a row (from 1): `firstRetry`,
 * doubled with each, at most `longestRetry`, and of that a random half to all, so that units which
 * failed together do not come back together.
 */
export function retryDelay(failures: number, waits: Waits, random: Random): DurationUs {
  // 2^30 first waits are longer than any longest one.
  const doubled = waits.firstRetry * 2 ** Math.min(failures - 1, 30)
  const [high = 0, low = 0] = random.bytes(2)
  const fraction = (high * 256 + low) / 65_536
  return durationUs(Math.min(doubled, waits.longestRetry) * (0.5 + 0.5 * fraction))
}
