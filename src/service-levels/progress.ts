import type { Calendar, CivilTimes } from '../calendar/civil-time.ts'
import { timeUs, type TimeUs } from '../domain/time.ts'
import type { ServiceLevel } from './service-level.ts'

/** From `from` up to `to`, which is not part of it. */
export interface Span {
  readonly from: TimeUs
  readonly to: TimeUs
}

/** How what is promised is counted: in µs of service time, or in whole days. */
export interface Counter {
  readonly unit: 'us' | 'days'
  /** What the clock of a case that came at `at` counts from. */
  starts(at: TimeUs): TimeUs
  /** How much a clock gains that runs through the span. */
  count(span: Span): number
  /** When a clock that runs from `from` on has gained `amount`; undefined for never. */
  reach(from: TimeUs, amount: number): TimeUs | undefined
}

/** Edges of times looked at before a deadline is taken for one that never comes; some ten years of days. */
const MOST_EDGES = 20_000

function atOnce(at: TimeUs): TimeUs {
  return at
}

/** Counts what passes within `hours`; left out: all of it. */
export function timeCounter(
  calendar: Calendar,
  hours: readonly CivilTimes[] | undefined,
): Counter {
  const unit = 'us'
  const starts = atOnce
  if (hours === undefined) {
    return {
      unit,
      starts,
      count: ({ from, to }) => Math.max(0, to - from),
      reach: (from, amount) => timeUs(from + Math.max(0, amount)),
    }
  }
  return {
    unit,
    starts,
    count({ from, to }) {
      let sum = 0
      for (const open of opening(calendar, hours, from)) {
        if (open.from >= to) break
        sum += Math.min(open.to, to) - open.from
      }
      return sum
    },
    reach(from, amount) {
      if (amount <= 0) return from
      let left = amount
      for (const open of opening(calendar, hours, from)) {
        if (open.to - open.from >= left) return timeUs(open.from + left)
        left -= open.to - open.from
      }
      return undefined
    },
  }
}

const everyDay: readonly CivilTimes[] = [{ from: '23:59', to: '00:00' }]
const workDays: readonly CivilTimes[] = [{ days: ['workday'], from: '23:59', to: '00:00' }]

/**
 * Counts whole days: a day counts at its end, if the clock runs then. The day on which a case comes is
 * not counted, so that two days are two whole days wherever in a day it came.
 */
export function dayCounter(calendar: Calendar, count: 'work' | 'calendar'): Counter {
  const days = count === 'work' ? workDays : everyDay
  return {
    unit: 'days',
    starts(at) {
      const [end] = ends(calendar, everyDay, at)
      return end ?? at
    },
    count({ from, to }) {
      let sum = 0
      for (const end of ends(calendar, days, from)) {
        if (end > to) break
        sum += 1
      }
      return sum
    },
    reach(from, amount) {
      if (amount <= 0) return from
      let left = amount
      for (const end of ends(calendar, days, from)) {
        left -= 1
        if (left <= 0) return end
      }
      return undefined
    },
  }
}

type Target = NonNullable<ServiceLevel['clocks']['resolve']>

/** How a target is counted and how much of it there is; no amount: no deadline. */
export function counted(
  target: Target,
  { hours }: Pick<ServiceLevel, 'hours'>,
  calendar: Calendar,
): { readonly counter: Counter; readonly amount: number | undefined } {
  if (target === 'next_round') {
    return { counter: timeCounter(calendar, hours), amount: undefined }
  }
  if (typeof target === 'number') {
    return { counter: timeCounter(calendar, hours), amount: target }
  }
  return { counter: dayCounter(calendar, target.count), amount: target.days }
}

/** The stretches within the times from `from` on, the first cut off there. */
function* opening(
  calendar: Calendar,
  times: readonly CivilTimes[],
  from: TimeUs,
): Generator<Span> {
  let at: number = from
  for (let edge = 0; edge < MOST_EDGES && Number.isFinite(at); edge += 1) {
    const next = calendar.changes(times, at)
    if (calendar.within(times, at)) yield { from: timeUs(at), to: timeUs(next) }
    at = next
  }
}

/** When the stretches that are open at `from` or later end. */
function* ends(
  calendar: Calendar,
  times: readonly CivilTimes[],
  from: TimeUs,
): Generator<TimeUs> {
  for (const { to } of opening(calendar, times, from)) {
    if (!calendar.within(times, to)) yield to
  }
}
