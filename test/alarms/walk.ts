import type {
  Advance,
  DetectorSays,
  LifeCycleEvent,
  Policy,
} from '../../src/alarms/events.ts'
import { advance } from '../../src/alarms/life-cycle.ts'
import {
  beforeFirstRaise,
  standingOf,
  type LifeCycleState,
} from '../../src/alarms/state.ts'
import type { Suppression } from '../../src/alarms/suppression.ts'
import { durationUs, HOUR, later, MINUTE, timeUs } from '../../src/domain/time.ts'

const noon = timeUs(Date.UTC(2026, 10, 20, 12) * 1_000)

/** Policies of rules. */
export const plain: Policy = {
  confirm: 'immediately',
  acknowledge: true,
  requireConfirm: false,
  latching: false,
  reAlarm: { after: HOUR, times: 1 },
}
export const strict: Policy = { ...plain, requireConfirm: true, latching: true }
export const lenient: Policy = { ...plain, acknowledge: false, confirm: 'manual' }

/** A reason of this kind; a shelf lasts an hour. */
export const reason = (kind: Suppression['kind'], ref: string): Suppression => ({
  kind,
  ref,
  by: 'somebody',
  reason: 'a test',
  ...((kind === 'shelved' || kind === 'shelvedOnce') && { until: later(noon, HOUR) }),
})

const parent = reason('topology', 'parent')
const second = reason('topology', 'second')
const works = reason('maintenance', 'window')

/** Everything that can happen to an alarm, in words. */
export type Name =
  | 'raised'
  | 'raised in old data'
  | 'raised with a cause'
  | 'announced'
  | 'cleared'
  | 'worse'
  | 'better'
  | 'evidence lost'
  | 'evidence back'
  | 'corrected'
  | 'withdrawn'
  | 'acknowledge'
  | 'acknowledge another'
  | 'unacknowledge'
  | 'confirm'
  | 'confirm oneself'
  | 'reset'
  | 'shelve'
  | 'shelve once'
  | 'unshelve'
  | 'shelf ends'
  | 'out of service'
  | 'in service'
  | 'comment'
  | 'open case'
  | 'cause comes'
  | 'cause goes'
  | 'second cause comes'
  | 'second cause goes'
  | 'works begin'
  | 'works end'
  | 're-alarm'
  | 'quiet'
  | 'gathered'

/** The event of this name, so many minutes after noon. */
export function eventOf(name: Name, state: LifeCycleState, minute: number): LifeCycleEvent {
  const at = later(noon, durationUs(minute * MINUTE))
  return events[name]({ historical: false, at, level: 1 }, state)
}

type Says = Omit<DetectorSays, 'kind'>

const events: Readonly<
  Record<Name, (said: Says, state: LifeCycleState) => LifeCycleEvent>
> = {
  raised: (said) => ({ ...said, kind: 'raised' }),
  'raised in old data': (said) => ({ ...said, kind: 'raised', historical: true }),
  'raised with a cause': (said) => ({ ...said, kind: 'raised', reasons: [parent] }),
  announced: (said) => ({ ...said, kind: 'announced' }),
  cleared: (said) => ({ ...said, kind: 'cleared' }),
  worse: (said) => ({ ...said, kind: 'level', level: 2 }),
  better: (said) => ({ ...said, kind: 'level' }),
  'evidence lost': (said) => ({ ...said, kind: 'evidence_lost' }),
  'evidence back': (said) => ({ ...said, kind: 'evidence_back' }),
  corrected: (said) => ({ ...said, kind: 'corrected' }),
  withdrawn: (said) => ({ ...said, kind: 'withdrawn' }),
  acknowledge: (_said, { raise }) => ({ kind: 'acknowledge', raise }),
  'acknowledge another': (_said, { raise }) => ({ kind: 'acknowledge', raise: raise - 1 }),
  unacknowledge: () => ({ kind: 'unacknowledge' }),
  confirm: () => ({ kind: 'confirm', same: false }),
  'confirm oneself': () => ({ kind: 'confirm', same: true }),
  reset: () => ({ kind: 'reset' }),
  shelve: () => ({ kind: 'shelve', reason: reason('shelved', 'anna') }),
  'shelve once': () => ({ kind: 'shelve', reason: reason('shelvedOnce', 'anna') }),
  unshelve: () => ({ kind: 'unshelve' }),
  'shelf ends': (_said, { suppression }) => {
    const kind = suppression.find(({ ref }) => ref === 'anna')?.kind ?? 'shelved'
    return { kind: 'ended', which: { kind, ref: 'anna' }, now: later(noon, HOUR) }
  },
  'out of service': () => ({
    kind: 'out_of_service',
    reason: reason('outOfService', 'AO-1'),
  }),
  'in service': () => ({ kind: 'in_service' }),
  comment: () => ({ kind: 'comment' }),
  'open case': () => ({ kind: 'case_opened' }),
  'cause comes': () => ({ kind: 'suppress', reason: parent }),
  'cause goes': () => ({ kind: 'unsuppress', which: parent }),
  'second cause comes': () => ({ kind: 'suppress', reason: second }),
  'second cause goes': () => ({ kind: 'unsuppress', which: second }),
  'works begin': () => ({ kind: 'suppress', reason: works }),
  'works end': () => ({ kind: 'unsuppress', which: works }),
  're-alarm': () => ({ kind: 're_alarm' }),
  quiet: () => ({ kind: 'quiet' }),
  gathered: () => ({ kind: 'gathered' }),
}

export const names = [
  'raised',
  'raised in old data',
  'raised with a cause',
  'announced',
  'cleared',
  'worse',
  'better',
  'evidence lost',
  'evidence back',
  'corrected',
  'withdrawn',
  'acknowledge',
  'acknowledge another',
  'unacknowledge',
  'confirm',
  'confirm oneself',
  'reset',
  'shelve',
  'shelve once',
  'unshelve',
  'shelf ends',
  'out of service',
  'in service',
  'comment',
  'open case',
  'cause comes',
  'cause goes',
  'second cause comes',
  'second cause goes',
  'works begin',
  'works end',
  're-alarm',
  'quiet',
  'gathered',
] as const satisfies readonly Name[]

/** Fails to compile when a name is missing in the list. */
export const never: Exclude<Name, (typeof names)[number]>[] = []

export function go(state: LifeCycleState, name: Name, policy: Policy, minute = 0): Advance {
  return advance(state, eventOf(name, state, minute), policy)
}

/** Walks through events five minutes apart and tells where the alarm stands after each, or the refusal. */
export function walk(policy: Policy, ...events: readonly Name[]): readonly string[] {
  let state = beforeFirstRaise
  return events.map((name, index) => {
    const answer = go(state, name, policy, index * 5)
    if (!answer.ok) return answer.refusal
    state = answer.state
    return standingOf(state)
  })
}

/** What people are told on the way. */
export function tellings(policy: Policy, ...events: readonly Name[]): readonly string[] {
  let state = beforeFirstRaise
  return events.flatMap((name, index) => {
    const answer = go(state, name, policy, index * 5)
    state = answer.state
    if (!answer.ok) return [answer.refusal]
    return answer.effects.flatMap((effect) =>
      effect.startsWith('tell_') ? [effect.slice(5)] : [],
    )
  })
}

/** The state after these events, five minutes apart. */
export function ended(policy: Policy, events: readonly Name[]): LifeCycleState {
  let state = beforeFirstRaise
  for (const [index, name] of events.entries()) {
    state = go(state, name, policy, index * 5).state
  }
  return state
}
