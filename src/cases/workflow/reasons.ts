import type { CaseRole } from '../cases.ts'
import type { ClosingReason } from '../views.ts'
import type { Need } from './table.ts'

/** What is known of a reason to close. */
interface ReasonFacts {
  /** Leaves the fault as it is or ends the matter in words, so the public must be told. */
  readonly needs: readonly (Need | 'target')[]
  /** Claims that the fault is gone, which a standing alarm denies. */
  readonly claimsGone: boolean
  /** What the case says about its alarms: a label for judging rules. */
  readonly outcome: 'real' | 'no_fault_found' | null
  readonly roles: readonly CaseRole[]
}

const staff: readonly CaseRole[] = ['customer_service', 'handler', 'administrator']

function says(
  outcome: ReasonFacts['outcome'],
  {
    needs = [],
    claimsGone = false,
    also = [],
  }: Partial<ReasonFacts> & { also?: readonly CaseRole[] } = {},
): ReasonFacts {
  return { needs, claimsGone, outcome, roles: [...staff, ...also] }
}

/** Every reason to close a case. */
export const reasons: Readonly<Record<ClosingReason, ReasonFacts>> = {
  fixed: says('real', { claimsGone: true }),
  self_recovered: says('real', { claimsGone: true, also: ['system'] }),
  no_fault_found: says('no_fault_found'),
  accepted_no_action: says(null, { needs: ['text'] }),
  in_programme: says(null, { needs: ['text'] }),
  duplicate: says(null, { needs: ['target'], also: ['system'] }),
  not_responsible: says(null, { needs: ['outside', 'text'] }),
  cannot_locate: says(null),
  insufficient_info: says(null, { also: ['system'] }),
  withdrawn: says(null, { also: ['reporter', 'partner', 'system'] }),
  expired: says(null, { also: ['system'] }),
  opinion_answered: says(null, { needs: ['text'] }),
}

/** In the order in which people are offered them, as far as this role may give them. */
export function reasonsFor(role: CaseRole): readonly ClosingReason[] {
  return names.filter((reason) => reasons[reason].roles.includes(role))
}

const names: readonly ClosingReason[] = [
  'fixed',
  'self_recovered',
  'no_fault_found',
  'accepted_no_action',
  'in_programme',
  'duplicate',
  'not_responsible',
  'cannot_locate',
  'insufficient_info',
  'withdrawn',
  'expired',
  'opinion_answered',
]
