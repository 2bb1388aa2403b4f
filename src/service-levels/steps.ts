import { nextWithin, type Calendar, type CivilTimes } from '../calendar/civil-time.ts'
import { timeUs, type TimeUs } from '../domain/time.ts'
import { clocks, type CaseHistory, type ClockReading, type LevelOf } from './clocks.ts'
import { counted } from './progress.ts'
import type { ServiceLevel } from './service-level.ts'
import { storyOf, toldKey } from './story.ts'

type Escalation = ServiceLevel['escalate'][number]

/** Somebody who is to be told of a deadline, and when. */
export interface PlannedStep {
  readonly clock: ClockReading['clock']
  readonly level: string
  /** Since when the level is promised. */
  readonly since: TimeUs
  /** Percent of the time before (negative) or after the deadline. */
  readonly at: number
  readonly tell: Escalation['tell']
  readonly due: TimeUs
}

export interface Deadlines {
  readonly readings: readonly ClockReading[]
  /** The soonest deadline that is not met and does not stand still; past ones too. */
  readonly dueAt: TimeUs | null
  /** What is still to be told, were nothing to happen from now on. */
  readonly steps: readonly PlannedStep[]
}

/** When people are told of what does not hurry, where a level works always. */
const workingTime: readonly CivilTimes[] = [
  { days: ['workday'], from: '08:00', to: '17:00' },
]

/** Where a case stands against what was promised, and whom to tell when. Pure. */
export function deadlines(
  history: CaseHistory,
  levels: LevelOf,
  calendar: Calendar,
  { now, urgent }: { readonly now: TimeUs; readonly urgent: boolean },
): Deadlines {
  const readings = clocks(history, levels, calendar, now)
  const running = readings.filter(
    ({ state, replacedAt }) => state === 'running' && replacedAt === null,
  )
  const told = toldIn(history)
  const steps = running.flatMap((reading) => {
    const level = levels(reading.level)
    if (level === undefined) return []
    return level.escalate.flatMap((step): PlannedStep[] => {
      if (told(reading, step.at)) return []
      const passes = stepTime(reading, { level, step, calendar, now })
      if (passes === undefined) return []
      const due = urgent ? passes : inWorkingTime(calendar, level, passes)
      if (due === undefined) return []
      const { clock, level: name, startedAt: since } = reading
      return [{ clock, level: name, since, at: step.at, tell: step.tell, due }]
    })
  })
  const dues = running.flatMap(({ due }) => (due === null ? [] : [due]))
  const dueAt = dues.length === 0 ? null : timeUs(Math.min(...dues))
  return { readings, dueAt, steps }
}

/** What was told while this level held; a level that comes back tells anew. */
function toldIn({
  events,
  receivedAt,
}: CaseHistory): (reading: ClockReading, at: number) => boolean {
  const { told } = storyOf(events, receivedAt)
  return ({ clock, level, startedAt }, at) =>
    told.some((one) => one.key === toldKey(clock, at, level) && one.at >= startedAt)
}

/** When so much of the time has passed, if the clock goes on running. Part of a day is a day before or after. */
function stepTime(
  { clock, elapsed, target, startedAt, unit }: ClockReading,
  {
    level,
    step,
    calendar,
    now,
  }: {
    readonly level: ServiceLevel
    readonly step: Escalation
    readonly calendar: Calendar
    readonly now: TimeUs
  },
): TimeUs | undefined {
  const promised = level.clocks[clock]
  if (promised === undefined || target === null) return undefined
  const { counter } = counted(promised, level, calendar)
  const share = (target * (100 + step.at)) / 100
  const round = unit === 'us' ? Math.round : step.at < 0 ? Math.floor : Math.ceil
  const begin = counter.starts(startedAt)
  return counter.reach(begin > now ? begin : now, round(share) - elapsed)
}

function inWorkingTime(
  calendar: Calendar,
  { hours }: ServiceLevel,
  at: TimeUs,
): TimeUs | undefined {
  const next = nextWithin(calendar, hours ?? workingTime, at)
  return next === undefined ? undefined : timeUs(next)
}
