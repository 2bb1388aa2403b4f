import type { Draft, PersonAsks, Policy, Refusal, WorldBrings } from './events.ts'
import type { LifeCycleState } from './state.ts'
import type { Suppression } from './suppression.ts'
import {
  annunciate,
  draft,
  isHeard,
  isShelf,
  plus,
  released,
  suppressed,
} from './telling.ts'

const asking: ReadonlySet<string> = new Set<PersonAsks['kind']>([
  'acknowledge',
  'unacknowledge',
  'confirm',
  'reset',
  'shelve',
  'unshelve',
  'out_of_service',
  'in_service',
  'comment',
  'case_opened',
])

export function isAsked(event: PersonAsks | WorldBrings): event is PersonAsks {
  return asking.has(event.kind)
}

/** What people ask of an alarm: the next step, or why not. Pure. */
export function asked(
  state: LifeCycleState,
  event: PersonAsks,
  policy: Policy,
): Draft | Refusal {
  switch (event.kind) {
    case 'acknowledge':
      return acknowledged(state, event.raise)
    case 'unacknowledge':
      return unacknowledged(state, policy)
    case 'confirm':
      return confirmed(state, event.same, policy)
    case 'reset':
      return reset(state, policy)
    case 'shelve':
      return putAside(state, event.reason, { when: isShelf, else: 'already_shelved' })
    case 'unshelve':
      return putBack(state, policy, { when: isShelf, else: 'not_shelved' })
    case 'out_of_service':
      return putAside(state, event.reason, { when: isOut, else: 'already_out_of_service' })
    case 'in_service':
      return putBack(state, policy, { when: isOut, else: 'not_out_of_service' })
    case 'comment':
      return draft(state)
    case 'case_opened':
      return caseOpened(state)
  }
}

interface Unless {
  readonly when: (reason: Suppression) => boolean
  readonly else: Refusal
}

function putAside(state: LifeCycleState, reason: Suppression, unless: Unless) {
  return state.suppression.some(unless.when) ? unless.else : suppressed(state, reason)
}

function putBack(state: LifeCycleState, policy: Policy, only: Unless) {
  return state.suppression.some(only.when) ? released(state, only.when, policy) : only.else
}

function caseOpened(state: LifeCycleState): Draft | Refusal {
  if (!state.open) return 'not_open'
  if (state.hasCase) return 'has_case'
  return draft({ ...state, hasCase: true }, 'open_case')
}

/** The state is judged before the number: "not open" tells more than "another raise". */
function acknowledged(state: LifeCycleState, raise: number): Draft | Refusal {
  if (!state.open) return 'not_open'
  if (state.acknowledged) return 'already_acknowledged'
  if (raise !== state.raise) return 'another_raise'
  const next = draft({ ...state, acknowledged: true }, 'acknowledge')
  return state.reached ? plus(next, 'tell_acknowledged') : next
}

function unacknowledged(state: LifeCycleState, policy: Policy): Draft | Refusal {
  if (!state.open) return 'not_open'
  if (!state.acknowledged) return 'not_acknowledged'
  const next = { ...state, acknowledged: false, confirmed: false }
  const one = draft(next, 'unacknowledge')
  if (!isHeard(next) || !state.reached) return one
  // What has cleared asks for a click again, but nobody is called for it.
  return state.condition === 'active'
    ? annunciate(one, 'tell_unacknowledged', policy)
    : plus(one, 'tell_unacknowledged')
}

function confirmed(state: LifeCycleState, same: boolean, policy: Policy): Draft | Refusal {
  if (!policy.requireConfirm) return 'confirm_not_required'
  if (!state.open) return 'not_open'
  if (!isAcknowledged(state, policy)) return 'not_acknowledged'
  if (state.confirmed) return 'already_confirmed'
  if (same) return 'same_person'
  return draft({ ...state, confirmed: true }, 'confirm')
}

/** OPC UA part 9, 5.8.5: only what is normal again, acknowledged and, where asked for, confirmed. */
function reset(state: LifeCycleState, policy: Policy): Draft | Refusal {
  if (!state.open) return 'not_open'
  if (!state.latched) return 'not_latched'
  if (state.condition === 'active') return 'still_active'
  if (!isAcknowledged(state, policy)) return 'not_acknowledged'
  if (policy.requireConfirm && !state.confirmed) return 'not_confirmed'
  return draft({ ...state, latched: false }, 'reset')
}

function isAcknowledged(state: LifeCycleState, { acknowledge }: Policy): boolean {
  return state.acknowledged || !acknowledge
}

function isOut({ kind }: Suppression): boolean {
  return kind === 'outOfService'
}
