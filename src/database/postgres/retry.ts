import type { Clock, Random } from '../../domain/clock.ts'
import { MS, durationUs } from '../../domain/time.ts'

/** How often a transaction is run before it is given up. */
export const triesAtMost = 10
const firstPauseMs = 5
const longestPauseMs = 500

export interface Pauses {
  readonly realTime: Clock
  readonly random: Random
}

/** Waits a random part of a time that doubles with every try, so that the two do not meet again. */
export function pause({ realTime, random }: Pauses, tries: number): Promise<void> {
  const longest = Math.min(longestPauseMs, firstPauseMs * 2 ** tries)
  const [high = 0, low = 0] = random.bytes(2)
  const part = (high * 256 + low) / 65_536
  return new Promise((resolve) => {
    realTime.after(durationUs(longest * part * MS), resolve)
  })
}
