import { toIso, type DurationUs, type TimeUs } from '../../domain/time.ts'

/** Why history could not be written. */
export interface Fault {
  /** `away` mends itself; `blocked` waits for somebody who changes something. */
  readonly kind: 'away' | 'blocked'
  readonly why: string
  readonly next?: string
  /** What the store asked for before the next try. */
  readonly retryAfter?: DurationUs
}

/**
 * How writing goes. Pure; time comes in with what happened.
 *
 *   closed ──5 failures in a row, or blocked──► open ──pause over──► half_open
 *     ▲                                          ▲                     │    │
 *     │                                          └───────failed────────┘    │
 *     └────────────────────────────written──────────────────────────────────┘
 *
 * While it is not closed each try is one small batch, so that a store on its knees is not asked for
 * more than it takes to see that it stands again.
 */
export interface Circuit {
  readonly state: 'closed' | 'open' | 'half_open'
  /** When it was opened, or closed again; a probe changes nothing about it. */
  readonly since: TimeUs
  /** Tries that failed since the last one that did not. */
  readonly failures: number
  /** What the newest try failed with; undefined while all is well. */
  readonly fault: Fault | undefined
}

const mostFailures = 5

export function closedCircuit(now: TimeUs): Circuit {
  return { state: 'closed', since: now, failures: 0, fault: undefined }
}

export function failed(before: Circuit, fault: Fault, now: TimeUs): Circuit {
  const failures = before.failures + 1
  const opens = fault.kind === 'blocked' || failures >= mostFailures
  if (before.state === 'closed' && !opens) return { ...before, failures, fault }
  const since = before.state === 'closed' ? now : before.since
  return { state: 'open', since, failures, fault }
}

/** The pause is over and something is tried. */
export function probing(before: Circuit): Circuit {
  return before.state === 'open' ? { ...before, state: 'half_open' } : before
}

export function written(before: Circuit, now: TimeUs): Circuit {
  if (before.state !== 'closed') return closedCircuit(now)
  return before.failures === 0 ? before : { ...before, failures: 0, fault: undefined }
}

/** One sentence for whoever is on duty; undefined while all is well. */
export function faultText({ state, since, fault }: Circuit): string | undefined {
  if (fault === undefined) return undefined
  const { kind, why, next } = fault
  const what = kind === 'blocked' ? 'history is paused' : 'history waits'
  const when = state === 'closed' ? '' : ` since ${toIso(since)}`
  const help = next === undefined ? '' : `; ${next}`
  return `${what}${when}: ${why}${help}; readings are kept in the log`
}
