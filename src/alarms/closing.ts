import type { CloseReason, Draft, LifeCycleEvent, Policy } from './events.ts'
import type { LifeCycleState } from './state.ts'
import { outlives, plus } from './telling.ts'

/** Closes what nobody has anything left to do with. */
export function closedIfDone(one: Draft, { kind }: LifeCycleEvent, policy: Policy): Draft {
  const { state } = one
  if (!state.open || (kind !== 'withdrawn' && !isDone(state, policy))) return one
  const closed: LifeCycleState = {
    ...state,
    condition: 'normal',
    evidence: 'good',
    open: false,
    current: false,
    told: false,
    reached: false,
    acknowledged: true,
    confirmed: false,
    latched: false,
    hasCase: false,
    cameBack: false,
    reAlarms: 0,
    chattering: false,
    suppression: state.suppression.filter((reason) => outlives(reason)),
  }
  const ended = { ...one, state: closed }
  const effect = `close_${reasons[kind] ?? 'settled'}` as const
  return state.reached ? plus(ended, effect, 'tell_closed') : plus(ended, effect)
}

/** Normal, and people have done what the rule asks of them, unless it never reached them. */
function isDone(state: LifeCycleState, policy: Policy): boolean {
  if (state.condition === 'active' || state.latched || state.chattering) return false
  return (
    !state.reached ||
    ((state.acknowledged || !policy.acknowledge) &&
      (state.confirmed || !policy.requireConfirm))
  )
}

const reasons: Readonly<Partial<Record<LifeCycleEvent['kind'], CloseReason>>> = {
  cleared: 'cleared',
  quiet: 'cleared',
  acknowledge: 'acknowledged',
  confirm: 'confirmed',
  reset: 'reset',
  withdrawn: 'withdrawn',
}
