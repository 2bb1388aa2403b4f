import { durationUs, HOUR, MINUTE, SECOND, toIso } from '../../domain/time.ts'
import type { Hearing } from './hearing.ts'
import type { BacktestJob } from './job.ts'
import type { Occurrence } from './occurrences.ts'

/** What an operator would have had of it. Formulas: the table of src/rules/backtest/README.md. */
export interface BacktestKpis {
  readonly raised: number
  readonly cleared: number
  /** Stood when the range began; stand at its end. */
  readonly standingAtStart: number
  readonly standingAtEnd: number
  readonly annunciations: number
  readonly annunciationsPerDay: number
  /** Raises that nobody heard of while they stood, by what kept them: a raise may have several. */
  readonly neverTold: number
  readonly neverToldBecause: Readonly<Record<string, number>>
  /** The most annunciations in any ten minutes, and when those began. */
  readonly peakTenMinutes: number
  readonly peakAt: string | null
  /** Floods of all desks, with the alarms of all other rules. */
  readonly floods: number
  readonly floodSeconds: number
  /** Alarms that were raised three times or more within 60 s at least once. */
  readonly chattering: number
  /** Over in less than 60 s. */
  readonly fleeting: number
  /** Stood for more than 24 hours. */
  readonly stale: number
  /** The ten assets with the most annunciations. */
  readonly topAssets: readonly TopAsset[]
  /** Share of all annunciations that those ten made, 0 to 1. */
  readonly topShare: number
}

export interface TopAsset {
  readonly asset: string
  readonly annunciations: number
}

/** An alarm that would come and go faster than anybody can look. */
export interface Chatterer {
  readonly rule: string
  readonly asset: string
  readonly raised: number
  /** The most raises in any 60 s. */
  readonly mostInAMinute: number
  /** An off-delay of so many seconds would have joined nine of ten of its quick returns. */
  readonly offDelay: number
}

const day = durationUs(24 * HOUR)
const tenMinutes = durationUs(10 * MINUTE)
const minute = durationUs(60 * SECOND)
const mostListed = 100

/** The figures of one arm. Lists and shares rest on the occurrences that were kept. */
export function kpisOf(
  hearing: Hearing,
  { from, to }: Pick<BacktestJob, 'from' | 'to'>,
): BacktestKpis {
  const { occurrences, told } = hearing
  const kept = occurrences.kept()
  const peak = densest(told.times(), tenMinutes)
  const top = topAssets(told.byAsset())
  const topSum = top.reduce((sum, { annunciations }) => sum + annunciations, 0)
  const untold = kept.filter(({ annunciatedAt }) => annunciatedAt === null)
  const floods = hearing.floods()
  return {
    raised: occurrences.raised,
    cleared: occurrences.cleared,
    standingAtStart: occurrences.standing(),
    standingAtEnd: occurrences.open(),
    annunciations: told.count,
    annunciationsPerDay: rounded(told.count / ((to - from) / day)),
    neverTold: untold.length,
    neverToldBecause: becauseOf(untold),
    peakTenMinutes: peak.most,
    peakAt: peak.at === undefined ? null : toIso(peak.at),
    floods: floods.count,
    floodSeconds: rounded(floods.seconds),
    chattering: chatterers(kept).total,
    fleeting: kept.filter((one) => one.end === 'cleared' && lengthOf(one, to) < minute)
      .length,
    stale: kept.filter((one) => lengthOf(one, to) > day).length,
    topAssets: top,
    topShare: told.count === 0 ? 0 : rounded(topSum / told.count),
  }
}

/** How many of these each reason kept from people; one may have several. */
function becauseOf(untold: readonly Occurrence[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const { keptBy, historical } of untold) {
    const own = keptBy.size > 0 ? keptBy : [historical ? 'old_data' : 'chatter']
    for (const why of own) counts.set(why, (counts.get(why) ?? 0) + 1)
  }
  return Object.fromEntries([...counts].toSorted(([a], [b]) => byText(a, b)))
}

/** The alarms that chatter, the worst first; at most 100 are listed. */
export function chatterers(kept: readonly Occurrence[]): {
  readonly total: number
  readonly listed: readonly Chatterer[]
} {
  const byKey = Map.groupBy(kept, ({ rule, asset, discriminator }) =>
    JSON.stringify([rule, asset, discriminator]),
  )
  const found: Chatterer[] = []
  for (const all of byKey.values()) {
    const [first] = all
    if (first === undefined || all.length < 3) continue
    const raises = all.map(({ raisedAt }) => raisedAt).toSorted((a, b) => a - b)
    const { most } = densest(raises, minute)
    if (most < 3) continue
    const { rule, asset } = first
    const offDelay = joiningDelay(all)
    found.push({ rule, asset, raised: all.length, mostInAMinute: most, offDelay })
  }
  const worst = found.toSorted(
    (a, b) => b.mostInAMinute - a.mostInAMinute || b.raised - a.raised || order(a, b),
  )
  return { total: found.length, listed: worst.slice(0, mostListed) }
}

/** Nine of ten of the pauses that were shorter than a minute, in whole seconds upwards. */
function joiningDelay(all: readonly Occurrence[]): number {
  const pauses = all
    .flatMap(({ endedAt }, n) => {
      const next = all[n + 1]?.raisedAt
      const pause = endedAt === null || next === undefined ? minute : next - endedAt
      return pause >= 0 && pause < minute ? [pause] : []
    })
    .toSorted((a, b) => a - b)
  const most = pauses[Math.ceil(pauses.length * 0.9) - 1] ?? 0
  return Math.ceil((most + 1) / SECOND)
}

/** The most of these times, which ascend, that lie within `width`; the first such run. */
function densest<T extends number>(
  times: readonly T[],
  width: number,
): { readonly most: number; readonly at: T | undefined } {
  let most = 0
  let at: T | undefined
  let first = 0
  for (const [last, time] of times.entries()) {
    while (time - (times[first] ?? time) >= width) first++
    if (last - first + 1 <= most) continue
    most = last - first + 1
    at = times[first]
  }
  return { most, at }
}

function topAssets(byAsset: ReadonlyMap<string, number>): TopAsset[] {
  return [...byAsset]
    .map(([asset, annunciations]) => ({ asset, annunciations }))
    .toSorted((a, b) => b.annunciations - a.annunciations || byText(a.asset, b.asset))
    .slice(0, 10)
}

function lengthOf({ raisedAt, endedAt }: Occurrence, to: number): number {
  return (endedAt ?? to) - raisedAt
}

function order(a: Chatterer, b: Chatterer): number {
  return byText(a.rule, b.rule) || byText(a.asset, b.asset)
}

/** By code unit, so that the order is the same on every machine. */
export function byText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** Four digits behind the point. */
export function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
