import type { Draft, LifeCycleEffect, Policy, Which } from './events.ts'
import type { LifeCycleState } from './state.ts'
import type { Suppression } from './suppression.ts'

/** What people get to know, and what keeps it from them. Pure. */

export function draft(state: LifeCycleState, ...effects: LifeCycleEffect[]): Draft {
  return { state, effects }
}

export function plus({ state, effects }: Draft, ...more: LifeCycleEffect[]): Draft {
  return { state, effects: [...effects, ...more] }
}

/** Does what happens to it reach people now? */
export function isHeard({ open, current, suppression }: LifeCycleState): boolean {
  return open && current && suppression.length === 0
}

/** Tells people that it stands, as `kind`, and its case as the rule's policy has it. */
export function annunciate(
  { state, effects }: Draft,
  kind: 'tell_raised' | 'tell_worse' | 'tell_again' | 'tell_unacknowledged',
  { confirm }: Pick<Policy, 'confirm'>,
): Draft {
  const asks = state.cameBack || (!state.hasCase && confirm === 'immediately')
  return {
    state: {
      ...state,
      told: state.condition === 'active',
      reached: true,
      hasCase: state.hasCase || asks,
      cameBack: false,
    },
    effects: [...effects, 'annunciate', ...(asks ? (['open_case'] as const) : []), kind],
  }
}

/** One more reason; a reason of the same kind and ref is there already and stays as it was. */
export function suppressed(state: LifeCycleState, reason: Suppression): Draft {
  if (has(state, reason)) return draft(state)
  const next = { ...state, suppression: [...state.suppression, reason] }
  const silences = state.suppression.length === 0 && state.told
  return silences ? draft(next, 'tell_suppressed') : draft(next)
}

/** Without the reasons that `gone` chooses. Whoever was kept from people by them alone reaches people now. */
export function released(
  state: LifeCycleState,
  gone: (reason: Suppression) => boolean,
  policy: Policy,
): Draft {
  const rest = state.suppression.filter((reason) => !gone(reason))
  if (rest.length === state.suppression.length) return draft(state)
  const next = draft({ ...state, suppression: rest })
  if (!isHeard(next.state) || !isWorthTelling(state)) return next
  const told = annunciate(next, 'tell_raised', policy)
  // A latched alarm has cleared already, and a raise is told with its clear.
  return state.condition === 'active' ? told : plus(told, 'tell_cleared')
}

/** Nobody is called for what is over and only waits for a click; a latched alarm nobody knows of is not over. */
function isWorthTelling({ condition, latched, reached }: LifeCycleState): boolean {
  return condition === 'active' || (latched && !reached)
}

export function has(state: LifeCycleState, { kind, ref }: Which): boolean {
  return state.suppression.some((one) => one.kind === kind && one.ref === ref)
}

export function isShelf({ kind }: Pick<Suppression, 'kind'>): boolean {
  return kind === 'shelved' || kind === 'shelvedOnce'
}

/** Reasons that outlive the occurrence: people's. The others are found anew with the next raise. */
export function outlives({ kind }: Suppression): boolean {
  return kind === 'shelved' || kind === 'outOfService'
}
