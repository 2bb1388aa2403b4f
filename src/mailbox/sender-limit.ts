import type { Clock } from '../domain/clock.ts'
import { elapsed, HOUR, type TimeUs } from '../domain/time.ts'
import { LETTERS_AN_HOUR, SENDERS } from './limits.ts'

/** Ends what two machines that answer each other without saying so would begin. */
export interface SenderLimit {
  /** Counts a letter; the same one again counts once. False when its sender wrote too many within an hour. */
  allows(address: string, letter: string): boolean
}

interface Counted {
  readonly since: TimeUs
  readonly letters: Set<string>
}

/** Counts in memory: after a restart everybody begins anew. */
export function createSenderLimit(clock: Pick<Clock, 'now'>): SenderLimit {
  // In the order in which they last wrote.
  const senders = new Map<string, Counted>()
  return {
    allows(address, letter) {
      const now = clock.now()
      const old = senders.get(address)
      const fresh = old !== undefined && elapsed(old.since, now) < HOUR
      const counted = fresh ? old : { since: now, letters: new Set<string>() }
      senders.delete(address)
      senders.set(address, counted)
      const [longestSilent] = senders.keys()
      if (senders.size > SENDERS && longestSilent !== undefined)
        senders.delete(longestSilent)
      if (counted.letters.has(letter)) return true
      if (counted.letters.size >= LETTERS_AN_HOUR) return false
      counted.letters.add(letter)
      return true
    },
  }
}
