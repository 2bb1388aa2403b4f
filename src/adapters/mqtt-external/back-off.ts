import type { Random } from '../../domain/clock.ts'
import { durationUs, type DurationUs } from '../../domain/time.ts'
import type { ExternalLimits } from './config.ts'

/** `soon`: the broker or the way to it failed. `slow`: a person must change something first. */
export type Pace = 'soon' | 'slow'

export interface Failed {
  readonly pace: Pace
  /** Failures in a row, this one included; from 1. */
  readonly failures: number
}

/**
 * How long to wait before the next attempt. `soon`: anything from nothing to `firstRetry`, which
 * doubles with every failure up to `longestRetry` ("full jitter": a fleet that lost its broker does
 * not come back in one moment). `slow`: half of `longestRetry` to all of it, so that a wrong
 * password locks no account, and two rivals for one client id do not wear down the broker.
 */
export function retryDelay(
  { pace, failures }: Failed,
  limits: Pick<ExternalLimits, 'firstRetry' | 'longestRetry'>,
  random: Random,
): DurationUs {
  const { firstRetry, longestRetry } = limits
  if (pace === 'slow') return durationUs(longestRetry * (0.5 + 0.5 * fraction(random)))
  // 2^30 first waits are longer than any longest one.
  const doubled = firstRetry * 2 ** Math.min(failures - 1, 30)
  return durationUs(Math.min(doubled, longestRetry) * fraction(random))
}

/** 0 up to but not 1. */
function fraction(random: Random): number {
  const [high = 0, low = 0] = random.bytes(2)
  return (high * 256 + low) / 65_536
}
