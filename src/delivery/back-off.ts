import type { Random } from '../domain/clock.ts'
import { durationUs, HOUR, SECOND, type DurationUs } from '../domain/time.ts'

/** Tries of one row; then it has failed and a person must look. */
export const MOST_TRIES = 10

const first = 30 * SECOND
const longest = 21 * HOUR

/**
 * How long to wait after the `tries`-th try: 30 s, four times as long each time, at most 21 h, each
 * a fifth longer or shorter by chance so that a server that comes back is not overrun. The nine
 * waits between ten tries are about 75 h together.
 */
export function backOff(tries: number, random: Random): DurationUs {
  const wait = Math.min(first * 4 ** (tries - 1), longest)
  return durationUs(wait * (0.8 + 0.4 * fraction(random)))
}

/** 0 up to but not 1. */
function fraction(random: Random): number {
  const [high = 0, low = 0] = random.bytes(2)
  return (high * 256 + low) / 65_536
}
