import type { DetectorEvent } from '../domain/transition.ts'

/**
 * Where an alarm stands, seen from the people who watch it. Only these six combinations of
 * condition, acknowledgement and open occurrence can exist.
 *
 *   normal ──raised──► unacknowledged ──acknowledge──► acknowledged ──cleared──► normal
 *      │                  ▲       │
 *      │               raised  cleared
 *      │                  │       ▼
 *      │           returned_unacknowledged ──acknowledge──► normal
 *      │
 *      └─raised in old data─► unannounced ──announced──► unacknowledged
 *                               │     └──cleared──► normal
 *                               └─acknowledge─► unannounced_acknowledged
 */
export type Standing =
  | 'normal'
  | 'unacknowledged'
  | 'acknowledged'
  | 'returned_unacknowledged'
  /** Raised in old data; the detector has not said yet that it is true of now. */
  | 'unannounced'
  /** A person saw it in the list and acknowledged it before the detector announced it. */
  | 'unannounced_acknowledged'

/** What moves an alarm: the detector, and people. */
export type LifeCycleEvent =
  | {
      readonly kind: DetectorEvent
      readonly historical: boolean
      /** The rule's policy: does a raise that reaches people open a case by itself? */
      readonly confirm: 'immediately' | 'manual'
    }
  | { readonly kind: 'acknowledge'; readonly raise: number }
  | { readonly kind: 'case_opened' }

/** Everything the life-cycle decides on. */
export interface LifeCycleState {
  readonly standing: Standing
  readonly evidence: 'good' | 'lost'
  /** Counts raises over the whole life of the alarm, 0 before the first. */
  readonly raise: number
  /** The open occurrence belongs to a case already. */
  readonly hasCase: boolean
}

/** What a step asks of the world, in this order. */
export type LifeCycleEffect =
  | 'open_occurrence'
  /** A new raise inside the open occurrence: what was cleared or acknowledged stands again. */
  | 'reraise'
  | 'acknowledge'
  /** The raise reached people. */
  | 'annunciate'
  /** Asked for by a person or the rule's policy; or the alarm of a case came back. */
  | 'open_case'
  | 'clear'
  | 'close_cleared'
  | 'close_acknowledged'
  | 'close_withdrawn'

/** Why a person's command cannot be carried out. */
export type Refusal = 'not_open' | 'already_acknowledged' | 'another_raise' | 'has_case'

export type Advance =
  | {
      readonly ok: true
      readonly state: LifeCycleState
      readonly effects: readonly LifeCycleEffect[]
    }
  | { readonly ok: false; readonly refusal: Refusal }

/** The alarm of a key that nobody ever heard of. */
export const beforeFirstRaise: LifeCycleState = {
  standing: 'normal',
  evidence: 'good',
  raise: 0,
  hasCase: false,
}

/** An event as the table has it: the two kinds of raise are two columns. */
type Column =
  | 'raised'
  | 'raised_in_old_data'
  | 'announced'
  | 'cleared'
  | 'withdrawn'
  | 'acknowledge'
  | 'case_opened'

type Cell =
  | readonly [to: Standing, ...effects: readonly LifeCycleEffect[]]
  | 'stay' // journaled, changes nothing
  | Refusal

/**
 * The whole life-cycle. A detector event is never refused: what makes no sense in a standing is
 * journaled and changes nothing. An `announced` of a normal alarm raises it, because telling
 * people once too often does less harm than not telling them.
 */
export const table: Readonly<Record<Standing, Readonly<Record<Column, Cell>>>> = {
  normal: {
    raised: ['unacknowledged', 'open_occurrence', 'annunciate'],
    raised_in_old_data: ['unannounced', 'open_occurrence'],
    announced: ['unacknowledged', 'open_occurrence', 'annunciate'],
    cleared: 'stay',
    withdrawn: 'stay',
    acknowledge: 'not_open',
    case_opened: 'not_open',
  },
  unannounced: {
    raised: ['unacknowledged', 'annunciate'],
    raised_in_old_data: 'stay',
    announced: ['unacknowledged', 'annunciate'],
    cleared: ['normal', 'clear', 'close_cleared'],
    withdrawn: ['normal', 'close_withdrawn'],
    acknowledge: ['unannounced_acknowledged', 'acknowledge'],
    case_opened: ['unannounced', 'open_case'],
  },
  unannounced_acknowledged: {
    raised: ['acknowledged', 'annunciate'],
    raised_in_old_data: 'stay',
    announced: ['acknowledged', 'annunciate'],
    cleared: ['normal', 'clear', 'close_cleared'],
    withdrawn: ['normal', 'close_withdrawn'],
    acknowledge: 'already_acknowledged',
    case_opened: ['unannounced_acknowledged', 'open_case'],
  },
  unacknowledged: {
    raised: 'stay',
    raised_in_old_data: 'stay',
    announced: 'stay',
    cleared: ['returned_unacknowledged', 'clear'],
    withdrawn: ['normal', 'close_withdrawn'],
    acknowledge: ['acknowledged', 'acknowledge'],
    case_opened: ['unacknowledged', 'open_case'],
  },
  acknowledged: {
    raised: 'stay',
    raised_in_old_data: 'stay',
    announced: 'stay',
    cleared: ['normal', 'clear', 'close_cleared'],
    withdrawn: ['normal', 'close_withdrawn'],
    acknowledge: 'already_acknowledged',
    case_opened: ['acknowledged', 'open_case'],
  },
  returned_unacknowledged: {
    raised: ['unacknowledged', 'reraise', 'annunciate'],
    // It is before people's eyes already, so an announcement that follows adds nothing.
    raised_in_old_data: ['unacknowledged', 'reraise'],
    announced: ['unacknowledged', 'reraise', 'annunciate'],
    cleared: 'stay',
    withdrawn: ['normal', 'close_withdrawn'],
    acknowledge: ['normal', 'acknowledge', 'close_acknowledged'],
    case_opened: ['returned_unacknowledged', 'open_case'],
  },
}

/** One step of one alarm. Pure and total: every event has an answer in every standing. */
export function advance(state: LifeCycleState, event: LifeCycleEvent): Advance {
  switch (event.kind) {
    case 'raised':
    case 'announced':
    case 'cleared':
    case 'withdrawn':
      return confirmed(step(state, columnOf(event.kind, event.historical)), event.confirm)
    case 'evidence_lost':
      return withEvidence(state, 'lost')
    case 'evidence_back':
      return withEvidence(state, 'good')
    case 'acknowledge':
      // The state is judged before the number: "not open" tells more than "another raise".
      return refuseAnotherRaise(step(state, 'acknowledge'), state.raise, event.raise)
    case 'case_opened':
      return refuseSecondCase(step(state, 'case_opened'), state)
  }
}

/**
 * Adds the case that the policy asks for, once for an occurrence; and tells the case of an alarm
 * that came back, whoever opened it: people may have thought it solved, or closed it meanwhile.
 */
function confirmed(answer: Advance, policy: 'immediately' | 'manual'): Advance {
  if (!answer.ok || !answer.effects.includes('annunciate')) return answer
  const { hasCase } = answer.state
  const cameBack = answer.effects.includes('reraise') && hasCase
  if (!cameBack && (hasCase || policy === 'manual')) return answer
  const state = { ...answer.state, hasCase: true }
  return { ok: true, state, effects: [...answer.effects, 'open_case'] }
}

function columnOf(kind: Told, historical: boolean): Column {
  return kind === 'raised' && historical ? 'raised_in_old_data' : kind
}

type Told = Exclude<DetectorEvent, 'evidence_lost' | 'evidence_back'>

/** A normal alarm has no evidence to lose: nothing is claimed. */
function withEvidence(state: LifeCycleState, evidence: 'good' | 'lost'): Advance {
  const claimed = state.standing === 'normal' ? 'good' : evidence
  return { ok: true, state: { ...state, evidence: claimed }, effects: [] }
}

function refuseSecondCase(answer: Advance, { hasCase }: LifeCycleState): Advance {
  return answer.ok && hasCase ? { ok: false, refusal: 'has_case' } : answer
}

function refuseAnotherRaise(answer: Advance, current: number, meant: number): Advance {
  return answer.ok && current !== meant ? { ok: false, refusal: 'another_raise' } : answer
}

function step(state: LifeCycleState, column: Column): Advance {
  const cell = table[state.standing][column]
  if (cell === 'stay') return { ok: true, state, effects: [] }
  if (typeof cell === 'string') return { ok: false, refusal: cell }
  const [standing, ...effects] = cell
  return { ok: true, state: moved(state, standing, effects), effects }
}

function moved(
  state: LifeCycleState,
  standing: Standing,
  effects: readonly LifeCycleEffect[],
): LifeCycleState {
  const raises = effects.includes('open_occurrence') || effects.includes('reraise')
  const restsOnNewEvidence = raises || effects.includes('clear') || standing === 'normal'
  return {
    standing,
    evidence: restsOnNewEvidence ? 'good' : state.evidence,
    raise: raises ? state.raise + 1 : state.raise,
    hasCase: standing !== 'normal' && (state.hasCase || effects.includes('open_case')),
  }
}

/** The ISA-18.2 state that people are shown. What stands in old data counts as unacknowledged. */
export function displayState(alarm: {
  readonly condition: 'normal' | 'active'
  readonly acknowledged: number
  /** The open occurrence, if any. */
  readonly occurrence: string | null
}): 'unacknowledged' | 'acknowledged' | 'returned_unacknowledged' | 'normal' {
  if (alarm.occurrence === null) return 'normal'
  if (alarm.condition === 'normal') return 'returned_unacknowledged'
  return alarm.acknowledged === 1 ? 'acknowledged' : 'unacknowledged'
}
