import type { CaseState } from '../cases/views.ts'
import type { EventData } from '../cases/events.ts'
import { timeUs, type TimeUs } from '../domain/time.ts'

/** An event of a case as its clocks hear it. */
export interface LevelEvent {
  readonly sequence: number
  readonly at: TimeUs
  readonly kind: string
  readonly actor: string
  readonly visibility: 'public' | 'internal'
  readonly data: Pick<
    EventData,
    'to' | 'text' | 'followers' | 'clock' | 'step' | 'reference' | 'person'
  >
}

/** `step` of a `deadline` event that says which level holds from then on; `reference` names it. */
export const LEVEL_STEP = 'level'

/** Kinds that start, stop or set a clock; others need not be read. */
export const tellingKinds = [
  'opened',
  'moved',
  'said',
  'assigned',
  'rerouted',
  'merged',
  'unmerged',
  'absorbed',
  'released',
  'forwarded',
  'granted',
  'assets_gathered',
  'deadline',
] as const

/** `merged`: it lies in another case and has no clocks of its own. */
type State = CaseState | 'merged'

/** What of a case's history its clocks go by. */
export interface Story {
  /** Never empty: the first is how the case came. */
  readonly states: readonly { readonly from: TimeUs; readonly state: State }[]
  /** Which level holds from when on; null for none. */
  readonly levels: readonly { readonly from: TimeUs; readonly level: string | null }[]
  /** First times; undefined for not yet. */
  readonly acknowledgedAt: TimeUs | undefined
  readonly respondedAt: TimeUs | undefined
  readonly startedAt: TimeUs | undefined
  /** Steps that were told: `clock step level`, with when. */
  readonly told: readonly { readonly key: string; readonly at: TimeUs }[]
}

/**
 * Reads a case's history. Its order is the events' numbers: a clock that went back, or events of one
 * instant, mean what they were written to mean. `receivedAt` is when the first of its reports came,
 * merged ones included; a level that holds since the opening holds since then.
 */
export function storyOf(events: readonly LevelEvent[], receivedAt: TimeUs): Story {
  const own = inOrder(events)
  const opened = own[0]?.at ?? receivedAt
  const states = statesOf(own, receivedAt)
  const levels = own.flatMap(({ kind, at, data }) =>
    kind === 'deadline' && data.step === LEVEL_STEP
      ? [
          {
            from: at <= opened ? earliest(receivedAt, at) : at,
            level: data.reference ?? null,
          },
        ]
      : [],
  )
  return {
    states,
    levels,
    acknowledgedAt: own.find(isAcknowledgement)?.at,
    respondedAt: own.find(isResponse)?.at,
    startedAt: states.find(({ state }) => begun.has(state))?.from,
    told: own.flatMap(({ kind, at, data: { clock, step, reference } }) =>
      kind === 'deadline' && clock !== undefined && step !== undefined
        ? [{ key: toldKey(clock, step, reference ?? ''), at }]
        : [],
    ),
  }
}

/** Names a step of a clock under a level among those that were told. */
export function toldKey(clock: string, step: string | number, level: string): string {
  return `${clock} ${step} ${level}`
}

const begun: ReadonlySet<State> = new Set(['in_progress', 'done_reported', 'closed'])

function inOrder(events: readonly LevelEvent[]): readonly LevelEvent[] {
  let last = -Infinity
  return events
    .toSorted((a, b) => a.sequence - b.sequence)
    .map((event) => {
      last = Math.max(last, event.at)
      return event.at === last ? event : Object.assign({}, event, { at: timeUs(last) })
    })
}

function statesOf(own: readonly LevelEvent[], receivedAt: TimeUs): Story['states'] {
  const first = earliest(receivedAt, own[0]?.at ?? receivedAt)
  const states: { from: TimeUs; state: State }[] = [{ from: first, state: 'received' }]
  let before: State = 'received'
  for (const { kind, at, data } of own) {
    const now = states.at(-1)?.state ?? 'received'
    const state = nextState(kind, data.to, { now, before })
    if (state === now) continue
    if (state === 'merged') before = now
    states.push({ from: at, state })
  }
  return states
}

function nextState(
  kind: string,
  to: CaseState | undefined,
  { now, before }: { readonly now: State; readonly before: State },
): State {
  if (kind === 'merged') return 'merged'
  // What moves a case that lies in another one moves it out of there.
  if (to !== undefined) return to
  return kind === 'unmerged' ? before : now
}

/** A person of the house, or somebody who works for it. */
function isStaff({ actor }: LevelEvent): boolean {
  return actor.startsWith('user:') || actor === 'local'
}

function isOutward({ visibility, data }: LevelEvent): boolean {
  return visibility === 'public' || data.followers === true
}

const takenOn: ReadonlySet<string> = new Set([
  // On the telephone, or at the counter.
  'opened',
  'moved',
  'assigned',
  'rerouted',
  'merged',
  'absorbed',
  'forwarded',
  'granted',
])

/** The first sign that somebody has it: work on it by a person, or an answer, were it automatic. */
function isAcknowledgement(event: LevelEvent): boolean {
  if (isResponse(event)) return true
  if (event.kind === 'said') return isOutward(event)
  return takenOn.has(event.kind) && isStaff(event)
}

/** The first words of a person to those outside, or the end of the case, which is told them. */
function isResponse(event: LevelEvent): boolean {
  if (event.kind === 'said') return isStaff(event) && isOutward(event)
  if (event.kind !== 'moved') return false
  return event.data.to === 'closed' || (isStaff(event) && (event.data.text ?? '') !== '')
}

function earliest(a: TimeUs, b: TimeUs): TimeUs {
  return a < b ? a : b
}
