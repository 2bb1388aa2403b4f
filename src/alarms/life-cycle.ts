import { durationUs, SECOND, type TimeUs } from '../domain/time.ts'
import { closedIfDone } from './closing.ts'
import type {
  Advance,
  DetectorSays,
  Draft,
  LifeCycleEvent,
  Policy,
  Refusal,
  WorldBrings,
} from './events.ts'
import { asked, isAsked } from './people.ts'
import type { LifeCycleState } from './state.ts'
import type { Suppression } from './suppression.ts'
import { annunciate, draft, isHeard, plus, released, suppressed } from './telling.ts'

/** So many raises within `CHATTER_WINDOW` are chatter: ISA-18.2's common reading. */
export const CHATTER_COUNT = 3
/** The window of chatter, and how long a chattering alarm must be still to be told of again. */
export const CHATTER_WINDOW = durationUs(60 * SECOND)

/**
 * One step of one alarm: the whole life-cycle. Pure and total: every event has an answer in every
 * state. The detector and the world are never refused, what makes no sense changes nothing; people
 * are refused with a reason and the state.
 */
export function advance(
  state: LifeCycleState,
  event: LifeCycleEvent,
  policy: Policy,
): Advance {
  const answer = step(state, event, policy)
  if (typeof answer === 'string') return { ok: false, refusal: answer, state }
  return { ok: true, ...closedIfDone(answer, event, policy) }
}

function step(
  state: LifeCycleState,
  event: LifeCycleEvent,
  policy: Policy,
): Draft | Refusal {
  if ('historical' in event) return said(state, event, policy)
  return isAsked(event) ? asked(state, event, policy) : brought(state, event, policy)
}

function said(state: LifeCycleState, event: DetectorSays, policy: Policy): Draft {
  switch (event.kind) {
    case 'raised':
    case 'announced':
      return raised(state, event, policy)
    case 'cleared':
      return cleared(state, policy)
    case 'level':
      return leveled(state, event.level, policy)
    case 'evidence_lost':
    case 'evidence_back':
      return evidence(state, event.kind === 'evidence_lost' ? 'lost' : 'good')
    case 'corrected':
      return draft(state, 'correct')
    case 'withdrawn':
      return draft(state)
  }
}

function brought(state: LifeCycleState, event: WorldBrings, policy: Policy): Draft {
  switch (event.kind) {
    case 'suppress':
      return suppressed(state, event.reason)
    case 'unsuppress':
      return released(state, same(event.which), policy)
    case 'ended': {
      const isMeant = same(event.which)
      const isOver = (one: Suppression) => one.until !== undefined && one.until <= event.now
      return released(state, (one) => isMeant(one) && isOver(one), policy)
    }
    case 're_alarm':
      return reAlarmed(state, policy)
    case 'quiet':
      return quieted(state, policy)
    case 'gathered':
      return state.told && isHeard(state) ? draft(state, 'tell_gathered') : draft(state)
  }
}

function same(which: { readonly kind: string; readonly ref: string }) {
  return (one: { readonly kind: string; readonly ref: string }): boolean =>
    one.kind === which.kind && one.ref === which.ref
}

/**
 * A raise, or the word that what is known from old data is true of now. An `announced` of a normal
 * alarm raises it: telling people once too often does less harm than not telling them.
 */
function raised(state: LifeCycleState, event: DetectorSays, policy: Policy): Draft {
  const current = isOfNow(event)
  if (state.open && state.condition === 'active') {
    if (state.current || !current) return leveled(state, event.level, policy)
    const now = { ...state, current, level: event.level }
    return toldOnce(draft(withReasons(now, event)), { knew: false, event, policy })
  }
  return risen(state, event, policy)
}

/** What was normal stands. */
function risen(state: LifeCycleState, event: DetectorSays, policy: Policy): Draft {
  const { open } = state
  const current = isOfNow(event)
  const before = open ? state : (event.continues ?? nothing)
  const activations = current ? recent(state, event.at) : state.activations
  const chattering = state.chattering || activations.length >= CHATTER_COUNT
  const next: LifeCycleState = {
    ...state,
    condition: 'active',
    evidence: 'good',
    level: event.level,
    open: true,
    raise: state.raise + 1,
    current,
    told: false,
    reached: open && state.reached,
    acknowledged: false,
    confirmed: false,
    latched: policy.latching,
    hasCase: before.hasCase,
    cameBack: before.hasCase,
    reAlarms: 0,
    chattering,
    activations,
  }
  const rose = draft(withReasons(next, event), open ? 'reraise' : opening(event))
  const isNews = chattering && !state.chattering
  return toldOnce(isNews ? plus(rose, 'chatter') : rose, {
    knew: before.reached,
    event,
    policy,
  })
}

const nothing = { hasCase: false, reached: false }

function isOfNow({ kind, historical }: DetectorSays): boolean {
  return kind === 'announced' || !historical
}

function opening({ continues }: DetectorSays) {
  return continues === undefined ? 'open_occurrence' : 'reopen_occurrence'
}

/**
 * Chatter is told once; what people never heard of is not chatter to them. Of alarms that are made of
 * others a repeat is an update, and the case is asked for all the same.
 */
function toldOnce(
  one: Draft,
  {
    knew,
    event,
    policy,
  }: { readonly knew: boolean; readonly event: DetectorSays; readonly policy: Policy },
): Draft {
  if (!isHeard(one.state)) return one
  if (knew && event.repeatsAreUpdates === true) {
    const again = { ...one.state, told: true, reached: true, cameBack: false }
    const asks = one.state.cameBack ? (['open_case'] as const) : []
    return { state: again, effects: [...one.effects, ...asks, 'tell_gathered'] }
  }
  return one.state.chattering && knew ? one : annunciate(one, 'tell_raised', policy)
}

function recent({ activations }: LifeCycleState, at: TimeUs): readonly TimeUs[] {
  const since = at - CHATTER_WINDOW
  return [...activations.filter((one) => one > since && one <= at), at].slice(
    -CHATTER_COUNT,
  )
}

function withReasons(
  state: LifeCycleState,
  { reasons = [] }: DetectorSays,
): LifeCycleState {
  let next = state
  for (const reason of reasons) next = suppressed(next, reason).state
  return next
}

/** Clears are always processed, and told to whoever was told of the raise, suppressed or not. */
function cleared(state: LifeCycleState, policy: Policy): Draft {
  if (!state.open || state.condition === 'normal') return draft(state)
  const next: LifeCycleState = {
    ...state,
    condition: 'normal',
    evidence: 'good',
    told: false,
    // What rose and cleared in old data alone binds nobody.
    latched: state.latched && (state.current || state.reached),
    cameBack: false,
  }
  let one = draft(next, 'clear')
  if (state.hasCase && !state.cameBack) one = plus(one, 'clear_case')
  if (state.told) one = plus(one, 'tell_cleared')
  const after = released(one.state, ({ kind }) => kind === 'shelvedOnce', policy)
  return plus({ ...one, state: after.state }, ...after.effects)
}

/** A worse limit must be acknowledged anew and counts as a raise; a milder one is an update. */
function leveled(state: LifeCycleState, level: number, policy: Policy): Draft {
  if (!state.open || state.condition === 'normal' || level === state.level) {
    return draft(state)
  }
  if (level < state.level) {
    const next = { ...state, level }
    return isHeard(next) && state.told ? draft(next, 'tell_better') : draft(next)
  }
  const next = {
    ...state,
    level,
    raise: state.raise + 1,
    acknowledged: false,
    confirmed: false,
    reAlarms: 0,
  }
  return isHeard(next) ? annunciate(draft(next), 'tell_worse', policy) : draft(next)
}

/** A normal alarm has no evidence to lose: nothing is claimed. */
function evidence(state: LifeCycleState, word: 'good' | 'lost'): Draft {
  return draft({ ...state, evidence: state.condition === 'active' ? word : 'good' })
}

/** Acknowledged and still active after the rule's time: asked for anew. */
function reAlarmed(state: LifeCycleState, policy: Policy): Draft {
  const { open, condition, acknowledged, reAlarms } = state
  const isDue = open && condition === 'active' && acknowledged
  if (!isDue || reAlarms >= (policy.reAlarm?.times ?? 0)) return draft(state)
  const next = { ...state, acknowledged: false, confirmed: false, reAlarms: reAlarms + 1 }
  return isHeard(next)
    ? annunciate(draft(next, 'unacknowledge'), 'tell_again', policy)
    : draft(next, 'unacknowledge')
}

/** The chatter is over: what still stands untold is told. */
function quieted(state: LifeCycleState, policy: Policy): Draft {
  if (!state.chattering) return draft(state)
  const next = draft({ ...state, chattering: false, activations: [] })
  const stands = state.condition === 'active' && !state.told
  return stands && isHeard(next.state) ? annunciate(next, 'tell_raised', policy) : next
}
