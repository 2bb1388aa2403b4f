import type { CaseState, ClosingReason } from '../cases/views.ts'

/** Words of the extended list that we say; all of them are known to FixMyStreet. */
type Extended =
  | 'open'
  | 'closed'
  | 'fixed'
  | 'in_progress'
  | 'action_scheduled'
  | 'investigating'
  | 'duplicate'
  | 'not_councils_responsibility'
  | 'no_further_action'
  | 'cancelled'
  | 'unchanged'

/** Work that is open is never told as handed over inside: FixMyStreet counts that as closed. */
const ofState = {
  received: 'open',
  assigned: 'open',
  investigating: 'investigating',
  planned: 'action_scheduled',
  in_progress: 'in_progress',
  waiting_reporter: 'investigating',
  waiting_external: 'in_progress',
  done_reported: 'in_progress',
  closed: 'closed',
  reopen_requested: 'closed',
  // Never served; a word for the type's sake.
  hidden: 'closed',
} as const satisfies Record<CaseState, Extended>

const ofReason = {
  fixed: 'fixed',
  self_recovered: 'fixed',
  no_fault_found: 'no_further_action',
  accepted_no_action: 'no_further_action',
  in_programme: 'no_further_action',
  duplicate: 'duplicate',
  not_responsible: 'not_councils_responsibility',
  cannot_locate: 'no_further_action',
  insufficient_info: 'no_further_action',
  withdrawn: 'cancelled',
  expired: 'closed',
  opinion_answered: 'closed',
} as const satisfies Record<ClosingReason, Extended>

/** What a case is in the words of partners. */
export interface Standing {
  readonly state: CaseState
  readonly reason: ClosingReason | null
}

/** Closed to whoever knows no more than open and closed. */
export function isClosed({ state }: Standing): boolean {
  return state === 'closed' || state === 'reopen_requested' || state === 'hidden'
}

/** The word of a request's `status`. */
export function requestStatus(standing: Standing, extended: boolean): Extended {
  if (!extended) return isClosed(standing) ? 'closed' : 'open'
  if (isClosed(standing) && standing.reason !== null) return ofReason[standing.reason]
  return ofState[standing.state]
}

/** The word of an update's `status`: a wish to have it opened again changes nothing yet. */
export function updateStatus(standing: Standing, extended: boolean): Extended {
  if (standing.state === 'reopen_requested') return extended ? 'unchanged' : 'closed'
  return requestStatus(standing, extended)
}

/** Our own word for it, which templates of partners are chosen by. */
export function externalCode({ state, reason }: Standing): string {
  return state === 'closed' && reason !== null ? reason : state
}
