import { Problem } from '../../domain/problem.ts'
import { durationUs, SECOND } from '../../domain/time.ts'
import type { Fault } from './circuit.ts'

/** The store works, and yet refuses everything it is given. */
export class RefusesAllError extends Error {
  override readonly name = 'RefusesAllError'
}

/** The store does not take this. */
export type Refusal = Problem | RangeError

/**
 * Did the store refuse what it was given, so that a part of it may land? A RangeError is a reading
 * that breaks its own contract, which no store can take.
 */
export function isRefused(error: unknown): error is Refusal {
  if (error instanceof RangeError) return true
  if (!(error instanceof Problem)) return false
  return error.details.kind === 'invalid' || error.details.kind === 'too_large'
}

/** What was refused and why, in one line. */
export function reasonOf(error: Refusal): string {
  if (error instanceof RangeError) return error.message
  const { what, why } = error.details
  return why === undefined ? what : `${what}: ${why}`
}

/** What a failed write means for the next one. */
export function faultOf(error: unknown): Fault {
  if (error instanceof RefusesAllError) {
    return {
      kind: 'blocked',
      why: error.message,
      next: 'look at the store, its version and its rights',
    }
  }
  if (!(error instanceof Problem)) {
    return { kind: 'away', why: error instanceof Error ? error.message : String(error) }
  }
  const { kind, what, why, next, facts } = error.details
  const retryAfter = facts?.['retryAfterSeconds']
  return {
    kind: waits.has(kind) ? 'away' : 'blocked',
    why: why === undefined ? what : `${what}: ${why}`,
    ...(next !== undefined && { next }),
    ...(typeof retryAfter === 'number' &&
      retryAfter >= 0 && { retryAfter: durationUs(retryAfter * SECOND) }),
  }
}

/** Kinds of problems that go away by themselves. */
const waits: ReadonlySet<string> = new Set(['unavailable', 'too_many'])
