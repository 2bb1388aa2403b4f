import type { Random } from '../../domain/clock.ts'
import { durationUs, MINUTE, MS, SECOND, type DurationUs } from '../../domain/time.ts'

const first = 100 * MS
/** Short enough that a store which is back after hours has caught up a minute later. */
const longest = 10 * SECOND
/** A store may ask for more time than we would give it, but not for the whole day. */
const longestAsked = 15 * MINUTE

/**
 * How long to wait after `failures` tries in a row, 1 and up: anything from nothing to a bound that
 * doubles from 100 ms to 10 s ("full jitter"), so that many who wait for one store do not come back
 * together. A store that said when to come back is not asked before that, up to 15 min.
 */
export function pauseAfter(
  failures: number,
  random: Random,
  asked?: DurationUs,
): DurationUs {
  const share = fraction(random)
  if (asked !== undefined) return durationUs(Math.min(asked, longestAsked) + share * first)
  return durationUs(share * Math.min(first * 2 ** (failures - 1), longest))
}

/** 0 up to but not 1. */
function fraction(random: Random): number {
  const [high = 0, low = 0] = random.bytes(2)
  return (high * 256 + low) / 65_536
}
