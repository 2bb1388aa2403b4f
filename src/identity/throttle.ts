import type { Clock } from '../domain/clock.ts'
import { durationUs, elapsed, MINUTE, SECOND, type TimeUs } from '../domain/time.ts'
import { Problem } from '../domain/problem.ts'
import { tokenHash } from './tokens.ts'

const FAILURES = 10
const WINDOW = durationUs(15 * MINUTE)
/** When more names than this fail within 15 min, the one that began first is forgotten. */
const NAMES = 10_000

/** One attempt to log in, counted as failed until something else is known. */
export interface Attempt {
  /** The password fitted: the account starts afresh, the address loses this one. */
  succeeded(): void
  /** Its outcome never became known. */
  takeBack(): void
}

/**
 * Counts failed attempts to log in, by account and by address: 10 in 15 minutes, then none until
 * the 15 minutes are over. An attempt counts from its beginning, so that many at once cannot slip
 * through. The returned function throws Problem too_many with `retryAfterSeconds`.
 */
export function createLoginThrottle(
  clock: Clock,
): (account: string, address: string | undefined) => Attempt {
  // Two maps: a flood of invented accounts must not push an address out of its count.
  const accounts = new Map<string, Count>()
  const addresses = new Map<string, Count>()

  return (account, address) => {
    const now = clock.now()
    // Hashed, so that a name of any length takes the same room.
    const name = tokenHash(account)
    // Both are asked before either counts: a locked account must not lock out its whole office.
    check(accounts, name, now)
    if (address !== undefined) check(addresses, address, now)
    note(accounts, name, now)
    if (address !== undefined) note(addresses, address, now)
    return {
      succeeded: () => {
        accounts.delete(name)
        if (address !== undefined) takeBack(addresses, address)
      },
      takeBack: () => {
        takeBack(accounts, name)
        if (address !== undefined) takeBack(addresses, address)
      },
    }
  }
}

interface Count {
  readonly since: TimeUs
  readonly failures: number
}
type Counts = Map<string, Count>

function check(counts: Counts, name: string, now: TimeUs): void {
  const current = fresh(counts.get(name), now)
  if (current !== undefined && current.failures >= FAILURES) throw refusal(current, now)
}

function note(counts: Counts, name: string, now: TimeUs): void {
  const current = fresh(counts.get(name), now)
  if (current === undefined) {
    // Deleting first moves the name to the end, so the map stays in order of beginning.
    counts.delete(name)
    if (counts.size >= NAMES) forgetOldest(counts)
  }
  counts.set(name, { since: current?.since ?? now, failures: (current?.failures ?? 0) + 1 })
}

function takeBack(counts: Counts, name: string): void {
  const known = counts.get(name)
  if (known === undefined) return
  if (known.failures <= 1) counts.delete(name)
  else counts.set(name, { ...known, failures: known.failures - 1 })
}

/** A clock that jumped back makes the count as old as new, never older. */
function fresh(count: Count | undefined, now: TimeUs): Count | undefined {
  return count !== undefined && elapsed(count.since, now) < WINDOW ? count : undefined
}

function forgetOldest(counts: Counts): void {
  for (const name of counts.keys()) {
    counts.delete(name)
    return
  }
}

function refusal({ since }: Count, now: TimeUs): Problem {
  const left = Math.min(WINDOW, WINDOW - elapsed(since, now))
  const retryAfterSeconds = Math.ceil(left / SECOND)
  return new Problem({
    kind: 'too_many',
    what: 'Too many failed attempts to log in',
    why: `${FAILURES} attempts failed within 15 minutes`,
    next: `Try again in ${Math.ceil(retryAfterSeconds / 60)} min, or ask an administrator for a link to set a new password`,
    facts: { retryAfterSeconds },
  })
}
