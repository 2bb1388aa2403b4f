import type { Calendar } from '../calendar/civil-time.ts'
import { timeUs, type TimeUs } from '../domain/time.ts'
import { counted, type Counter, type Span } from './progress.ts'
import { clockName, type ClockName, type ServiceLevel } from './service-level.ts'
import { storyOf, type LevelEvent, type Story } from './story.ts'

/** One clock under one level. */
export interface ClockReading {
  readonly clock: ClockName
  /** Name of the service level. */
  readonly level: string
  /** Since when it is promised. */
  readonly startedAt: TimeUs
  /** Another level holds since then; null: this one holds. */
  readonly replacedAt: TimeUs | null
  readonly state: 'running' | 'paused' | 'met' | 'replaced'
  /** How much has passed and how much may: µs of service time, or whole days. */
  readonly unit: 'us' | 'days'
  readonly elapsed: number
  /** Null: no deadline, only the next planned round. */
  readonly target: number | null
  /** Null where there is none, or while the clock stands still: then nobody knows it. */
  readonly due: TimeUs | null
  readonly metAt: TimeUs | null
  /** When the deadline passed and it was not met. */
  readonly breachedAt: TimeUs | null
}

/** The levels of a configuration; undefined for one that is gone. */
export type LevelOf = (name: string) => ServiceLevel | undefined

/** What the clocks of a case are worked out from: its own history and nothing else. */
export interface CaseHistory {
  readonly events: readonly LevelEvent[]
  /** When the first of its reports came, those of cases merged into it included. */
  readonly receivedAt: TimeUs
}

/**
 * Every clock of a case as it stands at `now`, under the level that holds and under those that held.
 * Pure, and worked out anew each time: what is stored of it is an index. Under another level what is
 * not met yet begins anew; what was missed under the old one stays missed.
 */
export function clocks(
  history: CaseHistory,
  levels: LevelOf,
  calendar: Calendar,
  now: TimeUs,
): readonly ClockReading[] {
  const story = storyOf(
    history.events.filter(({ at }) => at <= now),
    history.receivedAt,
  )
  return story.levels.flatMap(({ from, level: name }, at) => {
    const until = story.levels[at + 1]?.from
    const level = name === null ? undefined : levels(name)
    if (name === null || level === undefined || until === from) return []
    return clockName.options.flatMap((clock): ClockReading[] => {
      const term = { clock, name, level, from, until, now }
      const reading = readClock(term, story, calendar)
      return reading === undefined ? [] : [reading]
    })
  })
}

/** One clock while one level holds. */
interface Term {
  readonly clock: ClockName
  readonly name: string
  readonly level: ServiceLevel
  readonly from: TimeUs
  readonly until: TimeUs | undefined
  readonly now: TimeUs
}

function readClock(term: Term, story: Story, calendar: Calendar): ClockReading | undefined {
  const { clock, name, level, from, until } = term
  const target = level.clocks[clock]
  if (target === undefined) return undefined
  const met = metBy(story, clock)
  if (wasMetBefore(met, story, from)) return undefined
  const { counter, amount } = counted(target, level, calendar)
  const end = until ?? term.now
  const metAt = metWithin(met, end)
  const isRunning = metAt === null && !standsAt(story, end, term)
  const spans = runningSpans(term, story, { counter, isRunning })
  const { elapsed, breachedAt, due } = progress(spans, {
    counter,
    amount,
    ...(isRunning && { runsAt: end }),
  })
  const state = stateOf({ metAt, until, isRunning })
  return {
    clock,
    level: name,
    startedAt: from,
    replacedAt: until ?? null,
    state,
    unit: counter.unit,
    elapsed,
    target: amount ?? null,
    due: breachedAt ?? (state === 'paused' ? null : due),
    metAt,
    breachedAt,
  }
}

type Met =
  | { readonly kind: 'once'; readonly at: TimeUs | undefined }
  | { readonly kind: 'state'; readonly at: TimeUs | undefined }
type Stops = ReadonlySet<Story['states'][number]['state']>

/** Done is done for making safe; for the rest it takes the end of the case. */
const restored: Stops = new Set(['done_reported', 'closed'])
const resolved: Stops = new Set(['closed'])

function metBy(story: Story, clock: ClockName): Met {
  switch (clock) {
    case 'acknowledge':
      return { kind: 'once', at: story.acknowledgedAt }
    case 'first_response':
      return { kind: 'once', at: story.respondedAt }
    case 'start':
      return { kind: 'once', at: story.startedAt }
    case 'restore':
      return { kind: 'state', at: since(story, restored) }
    case 'resolve':
      return { kind: 'state', at: since(story, resolved) }
  }
}

/** Since when the case is in one of these states; undefined when it is not. */
function since({ states }: Story, among: Stops): TimeUs | undefined {
  const last = states.findLastIndex(({ state }) => !among.has(state))
  return states[last + 1]?.from
}

function metWithin(met: Met, end: TimeUs): TimeUs | null {
  return met.at === undefined || met.at > end ? null : met.at
}

/** What happens once and happened under another level is promised no more. */
function wasMetBefore({ kind, at }: Met, { levels }: Story, from: TimeUs): boolean {
  const isFirst = levels[0]?.from === from
  return kind === 'once' && at !== undefined && at <= from && !isFirst
}

/** States in which the clock stands still whatever the level says. */
function still({ clock, level }: Pick<Term, 'clock' | 'level'>): Stops {
  const stops = clock === 'restore' ? restored : resolved
  return new Set([...level.pauses, 'hidden', 'merged', ...stops])
}

function standsAt({ states }: Story, end: TimeUs, term: Term): boolean {
  const now = states.findLast(({ from }) => from <= end)
  return now !== undefined && still(term).has(now.state)
}

/** When the clock ran, up to now or to the next level, in order; the last may not have begun to count. */
function runningSpans(
  term: Term,
  story: Story,
  { counter, isRunning }: { readonly counter: Counter; readonly isRunning: boolean },
): readonly Span[] {
  const { clock, from, until, now } = term
  const met = metBy(story, clock)
  const stop = met.kind === 'once' ? met.at : undefined
  const begin = counter.starts(from)
  const end = Math.min(until ?? now, now, stop ?? Infinity)
  const stands = still(term)
  const ran = story.states.filter(({ from: since }) => since <= end)
  return ran.flatMap(({ from: since, state }, at): Span[] => {
    if (stands.has(state)) return []
    const next = ran[at + 1]?.from
    const span = { from: latest(since, begin), to: earliestOf(next, end) }
    const isNow = next === undefined && isRunning
    return span.from < span.to || isNow ? [span] : []
  })
}

function latest(a: TimeUs, b: TimeUs): TimeUs {
  return a > b ? a : b
}

function earliestOf(a: TimeUs | undefined, end: number): TimeUs {
  return a === undefined || a > end ? timeUs(end) : a
}

interface Progress {
  readonly elapsed: number
  /** When the amount was used up. */
  readonly breachedAt: TimeUs | null
  /** When it will be, if the clock goes on from the last time it ran. */
  readonly due: TimeUs | null
}

function progress(
  spans: readonly Span[],
  {
    counter,
    amount,
    runsAt,
  }: {
    readonly counter: Counter
    readonly amount: number | undefined
    /** The end of the last span, if the clock still runs there. */
    readonly runsAt?: TimeUs
  },
): Progress {
  let elapsed = 0
  let breachedAt: TimeUs | null = null
  let due: TimeUs | null = null
  for (const span of spans) {
    if (amount !== undefined && breachedAt === null) {
      due = counter.reach(span.from, amount - elapsed) ?? null
      // Whoever is done at the very deadline is in time.
      const isOver = due !== null && (due < span.to || (due === span.to && due === runsAt))
      if (isOver) breachedAt = due
    }
    elapsed += counter.count(span)
  }
  return { elapsed, breachedAt, due }
}

function stateOf({
  metAt,
  until,
  isRunning,
}: {
  readonly metAt: TimeUs | null
  readonly until: TimeUs | undefined
  readonly isRunning: boolean
}): ClockReading['state'] {
  if (metAt !== null) return 'met'
  if (until !== undefined) return 'replaced'
  return isRunning ? 'running' : 'paused'
}
