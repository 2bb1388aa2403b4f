import type { Announcement } from '../alarms/alarms.ts'
import { durationUs, later, type TimeUs } from '../domain/time.ts'
import type { Desk } from './desk.ts'

/** What escalation must know of a desk. */
export type Policy = Pick<Desk, 'group' | 'steps' | 'acknowledgedFor' | 'acknowledgeWithin'>

/**
 * Where one alarm stands with one desk.
 *
 *            raised                acknowledged
 *   (none) ─────────► calling ◄──────────────────► acknowledged
 *                      │  ▲      unacknowledged,        │
 *           suppressed │  │raised   worse, again,       │
 *                      ▼  │        time-out             │
 *                  suppressed                           │
 *                      └────────► cleared, closed ◄─────┘
 */
export type Phase = 'calling' | 'acknowledged' | 'suppressed' | 'cleared' | 'closed'

/**
 * Why a step is taken, the least remarkable first. `called`: the first, or all over again · `waited`:
 * its time had come · `nobody`: the step before had nobody to tell · `late`: nobody acknowledged
 * within the desk's goal · `unreached`: no message of the step before got through.
 */
export const causes = ['called', 'waited', 'nobody', 'late', 'unreached'] as const
export type Because = (typeof causes)[number]

/** One occurrence that a desk was given. */
export interface Member {
  readonly occurrence: string
  readonly alarm: string
  readonly phase: Phase
  /** As the alarm is now. */
  readonly priority: number
  readonly level: number
  readonly raise: number
  /** Counts up with what people who know of it should hear: worse, again, more assets. From 1. */
  readonly edition: number
  /** The step that is next. */
  readonly step: number
  /** When that step is due, or an acknowledgement runs out. */
  readonly due: TimeUs | undefined
  /** Why that step comes when it comes. */
  readonly because: Because
  /** Since when it stands (event time). */
  readonly since: TimeUs
}

export interface Heard extends Pick<
  Announcement,
  'kind' | 'occurrence' | 'alarm' | 'priority' | 'level' | 'raise' | 'at' | 'now'
> {
  /** The alarm is acknowledged although it is told of now (it was suppressed meanwhile). */
  readonly acknowledged: boolean
}

/** What became of a member, and when its group must be looked at again. */
export interface Answer {
  readonly member: Member
  readonly look: TimeUs | undefined
}

/**
 * Takes in what the life-cycle announced of one occurrence. Pure and total: every announcement has
 * an answer in every phase. Undefined when the desk has no part in it: it tells nobody, or was
 * never given the raise.
 */
export function hear(
  policy: Policy,
  member: Member | undefined,
  heard: Heard,
): Answer | undefined {
  if (member === undefined) return first(policy, heard)
  const now = { ...member, priority: heard.priority, level: heard.level }
  return answers[heard.kind](now, policy, heard)
}

type Answering = (member: Member, policy: Policy, heard: Heard) => Answer

const anew: Answering = (member, policy, heard) =>
  heard.raise < member.raise ? stay(member) : call(policy, member, heard, 'update')

const answers: Readonly<Record<Heard['kind'], Answering>> = {
  raised: (member, policy, heard) => raised(policy, member, heard),
  worse: anew,
  again: anew,
  unacknowledged: (member, policy, heard) =>
    member.phase === 'acknowledged' ? call(policy, member, heard, 'update') : stay(member),
  better: stay,
  gathered: (member, _, { now }) =>
    member.phase === 'calling'
      ? { member: { ...member, edition: member.edition + 1 }, look: now }
      : stay(member),
  acknowledged: (member, policy, { now }) =>
    isOver(member.phase) ? stay(member) : acknowledge(policy, member, now),
  // Who acknowledged it knows: that is not undone by a suppression.
  suppressed: (member, _, { now }) =>
    member.phase === 'calling' ? rest(member, 'suppressed', now) : stay(member),
  cleared: (member, _, { now }) =>
    isOver(member.phase) ? stay(member) : rest(member, 'cleared', now),
  closed: (member, _, { now }) => rest(member, 'closed', now),
}

function first(policy: Policy, heard: Heard): Answer | undefined {
  const { kind, occurrence, alarm, priority, level, raise, at } = heard
  const calls = ['raised', 'worse', 'again', 'unacknowledged'].includes(kind)
  if (!calls || heard.acknowledged || policy.steps.length === 0) return undefined
  const step = nextStep(policy, 0, priority)
  const after = policy.steps[step]?.after ?? 0
  // Time for what belongs to it to arrive; the most urgent does not wait.
  const wait = priority === 1 ? after : Math.max(after, policy.group.wait)
  const due = later(heard.now, durationUs(wait))
  const state = { occurrence, alarm, priority, level, raise, since: at }
  const begun = { phase: 'calling', edition: 1, because: 'called' } as const
  const member: Member = { ...state, ...begun, step, due }
  return { member, look: due }
}

function raised(policy: Policy, member: Member, heard: Heard): Answer {
  const known = heard.raise <= member.raise
  if (heard.acknowledged) return acknowledge(policy, member, heard.now)
  switch (member.phase) {
    case 'calling':
      return known ? stay(member) : call(policy, member, heard, 'update')
    case 'acknowledged':
      return known
        ? acknowledge(policy, member, heard.now)
        : call(policy, member, heard, 'update')
    case 'suppressed':
      // Those who were told before the suppression have heard this raise already.
      return call(policy, member, heard, known ? 'same' : 'update')
    case 'cleared':
    case 'closed':
      return call(policy, member, heard, 'update')
  }
}

function call(
  policy: Policy,
  member: Member,
  { raise, now, kind, at }: Heard,
  news: 'update' | 'same',
): Answer {
  const step = nextStep(policy, 0, member.priority)
  const due = later(now, durationUs(policy.steps[step]?.after ?? 0))
  const again: Member = {
    ...member,
    phase: 'calling',
    raise: Math.max(raise, member.raise),
    edition: news === 'update' ? member.edition + 1 : member.edition,
    since: kind === 'raised' && news === 'update' ? at : member.since,
    step,
    due,
    because: 'called',
  }
  return { member: again, look: now }
}

function acknowledge(policy: Policy, member: Member, now: TimeUs): Answer {
  const { acknowledgedFor } = policy
  const running = member.phase === 'acknowledged' ? member.due : undefined
  const out = acknowledgedFor === undefined ? undefined : later(now, acknowledgedFor)
  const due = running ?? out
  return { member: { ...member, phase: 'acknowledged', due }, look: due }
}

function rest(member: Member, phase: Phase, now: TimeUs): Answer {
  return { member: { ...member, phase, due: undefined }, look: now }
}

function stay(member: Member): Answer {
  return { member, look: member.due }
}

/** Is there nothing more to call anybody for? */
export function isOver(phase: Phase): boolean {
  return phase === 'cleared' || phase === 'closed'
}

/** The first step from `from` on that is there for this priority; the number of steps if none is. */
export function nextStep({ steps }: Policy, from: number, priority: number): number {
  const found = steps.findIndex(
    ({ only }, index) =>
      index >= from &&
      (only?.priorities === undefined || only.priorities.includes(priority)),
  )
  return found < 0 ? steps.length : found
}
