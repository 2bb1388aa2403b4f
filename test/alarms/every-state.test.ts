import { describe, expect, it } from 'vitest'
import type { Advance, Policy, Refusal } from '../../src/alarms/events.ts'
import {
  beforeFirstRaise,
  standingOf,
  type LifeCycleState,
} from '../../src/alarms/state.ts'
import { go, lenient, names, never, plain, reason, strict, type Name } from './walk.ts'

/** Planned work is one more reason like others, and these three move nothing: left out of the search. */
const still = new Set<Name>([
  'works begin',
  'works end',
  'comment',
  'gathered',
  'corrected',
])
const moving = names.filter((name) => !still.has(name))

/**
 * Every state that events can lead to. Raises are counted and activations timed without end, so
 * states that differ in those alone count as one.
 */
function reachable(policy: Policy): readonly LifeCycleState[] {
  const met = new Map<string, LifeCycleState>()
  let edge = [beforeFirstRaise]
  while (edge.length > 0) {
    const next = edge.flatMap((state) =>
      moving.map((name) => go(state, name, policy).state),
    )
    const fresh = new Map(next.map((state) => [keyOf(state), state]))
    for (const key of met.keys()) fresh.delete(key)
    for (const [key, state] of fresh) met.set(key, state)
    edge = [...fresh.values()]
  }
  return [...met.values()]
}

function keyOf({
  raise: _raise,
  activations,
  suppression,
  ...state
}: LifeCycleState): string {
  const kinds = suppression.map(({ kind, ref }) => `${kind} ${ref}`).toSorted()
  return JSON.stringify([state, activations.length, kinds])
}

const policies = { plain, strict, lenient } as const

describe.each(Object.entries(policies))(
  'in every state of a rule that is %s',
  (_name, policy) => {
    const states = reachable(policy)
    const ours = new Set<Refusal>([
      'not_open',
      'already_acknowledged',
      'another_raise',
      'has_case',
      'not_acknowledged',
      'confirm_not_required',
      'already_confirmed',
      'same_person',
      'not_confirmed',
      'not_latched',
      'still_active',
      'already_shelved',
      'not_shelved',
      'already_out_of_service',
      'not_out_of_service',
    ])

    it('every event has an answer that tells the truth', () => {
      expect(never).toEqual([])
      expect(states.length).toBeGreaterThan(100)
      const flaws = states.flatMap((state) =>
        names.flatMap((name) => {
          const answer = go(state, name, policy)
          if (answer.ok)
            return untrue(state, answer, policy).map((flaw) => `${name}: ${flaw}`)
          const isFair = ours.has(answer.refusal) && answer.state === state && isAsked(name)
          return isFair ? [] : [`${name} refused: ${answer.refusal}`]
        }),
      )
      expect([...new Set(flaws)]).toEqual([])
    })

    it('suppression never changes what the detector drives', () => {
      const hidden = [reason('maintenance', 'window')]
      const events = names.filter((name) => !isAsked(name))
      const different = states.flatMap((state) =>
        events.filter((name) => {
          const bare = go({ ...state, suppression: [] }, name, policy)
          return (
            driven(go({ ...state, suppression: hidden }, name, policy)) !== driven(bare)
          )
        }),
      )
      expect([...new Set(different)]).toEqual([])
    })

    it('people and the detector can bring it to its end', () => {
      const way: Name[] = ['cleared', 'quiet', 'acknowledge', 'confirm', 'reset']
      const stuck = states.filter((state) => {
        const end = way.reduce((at, name) => go(at, name, policy).state, state)
        return standingOf(end) !== 'normal'
      })
      expect(stuck).toEqual([])
    })
  },
)

/** What the detector says of it, whoever may not hear. */
function driven({ state }: Advance): string {
  const { condition, evidence, level, raise, activations } = state
  return JSON.stringify({ condition, evidence, level, raise, activations })
}

function isAsked(name: Name): boolean {
  return /^(?:acknowledge|unack|confirm|reset|shelve|unshelve|out|in |comment|open)/.test(
    name,
  )
}

/** What an answer says of the step that did not happen so. */
function untrue(
  before: LifeCycleState,
  { state: after, effects }: Extract<Advance, { ok: true }>,
  policy: Policy,
): readonly string[] {
  const times = (prefix: string) =>
    effects.filter((effect) => effect.startsWith(prefix)).length
  const step = { before, after, times, policy }
  return Object.keys(truths).filter((truth) => truths[truth]?.(step) !== true)
}

interface Step {
  readonly before: LifeCycleState
  readonly after: LifeCycleState
  /** How many effects begin with this. */
  readonly times: (prefix: string) => number
  readonly policy: Policy
}

const truths: Readonly<Record<string, (step: Step) => boolean>> = {
  'opens as it says': ({ before, after, times }) =>
    times('open_occ') + times('reopen') === Number(!before.open && after.open),
  'closes as it says': ({ before, after, times }) =>
    times('close_') === Number(before.open && !after.open),
  'is told once at most': ({ times }) => times('annunciate') <= 1,
  'is not told while suppressed': ({ after, times }) =>
    times('annunciate') === 0 || after.suppression.length === 0,
  'is told once when the last reason goes': (step) =>
    !isFreed(step) || step.times('annunciate') === 1,
  'keeps its acknowledgement when a reason goes': (step) =>
    !isFreed(step) || step.after.acknowledged === step.before.acknowledged,
  'tells a clear to those who know of the raise': ({ before, after, times }) => {
    // A latched alarm that nobody knew of is told with its clear.
    const isLate = times('annunciate') === 1 && after.condition === 'normal'
    const knew = before.told && times('clear') > 0
    return times('tell_cleared') === Number(knew || isLate)
  },
  'closes when nothing is left to do': (step) => !step.after.open || !isOver(step),
  'is told to stand only while it does': ({ after }) => !after.told || isActive(after),
  'has a case that was asked for': ({ before, after, times }) =>
    before.hasCase || !after.hasCase || !before.open || times('open_case') === 1,
}

function isActive({ open, condition }: LifeCycleState): boolean {
  return open && condition === 'active'
}

/** The last reason went from an alarm that people should know of. */
function isFreed({ before, after }: Step): boolean {
  const isLast = before.suppression.length > 0 && after.suppression.length === 0
  return isLast && isActive(after) && after.current
}

function isOver({ after, policy }: Step): boolean {
  if (after.condition === 'active' || after.latched || after.chattering) return false
  if (!after.reached) return true
  const isAcknowledged = after.acknowledged || !policy.acknowledge
  return isAcknowledged && (after.confirmed || !policy.requireConfirm)
}
