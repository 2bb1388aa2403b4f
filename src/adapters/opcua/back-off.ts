import type { Random } from '../../domain/clock.ts'
import { durationUs, type DurationUs } from '../../domain/time.ts'

export interface Retry {
  /** `slow`: somebody must change something first. */
  readonly pace: 'soon' | 'slow'
  /** Failures in a row, at least 1. */
  readonly failures: number
}

/**
 * How long to wait: anything from 0 to the first wait, doubled with each failure up to the longest.
 * Where a person must act first, half of the longest to all of it.
 */
export function retryDelay(
  { pace, failures }: Retry,
  limits: { readonly firstRetry: DurationUs; readonly longestRetry: DurationUs },
  random: Random,
): DurationUs {
  const [first = 0, second = 0] = random.bytes(2)
  const share = (first * 256 + second) / 65_536
  const { firstRetry, longestRetry } = limits
  if (pace === 'slow') return durationUs(longestRetry * (0.5 + share / 2))
  const ceiling = Math.min(firstRetry * 2 ** Math.min(failures - 1, 30), longestRetry)
  return durationUs(ceiling * share)
}
