import { SECOND, toIso } from '../../domain/time.ts'
import type { Evidence } from '../../domain/transition.ts'
import type { ArmRun } from './arm-run.ts'
import type { BacktestJob, HeldAgainst } from './job.ts'
import { chatterers, kpisOf, type BacktestKpis, type Chatterer } from './kpis.ts'
import {
  matchCases,
  matchLabels,
  matchReports,
  type CaseMatching,
  type Matching,
  type ReportMatching,
} from './matching.ts'
import type { Occurrence } from './occurrences.ts'

/** How far it is; one for each piece of history. */
export interface BacktestPartial {
  readonly kind: 'partial'
  /** Time of hearing that was reached. */
  readonly at: string
  /** Of the range, 0 to 1. */
  readonly share: number
  readonly readings: number
  /** So far, of the first arm. */
  readonly raised: number
  readonly annunciations: number
}

/** What came of it. The same input gives the same bytes. */
export interface BacktestReport {
  readonly kind: 'report'
  readonly rule: string | null
  readonly from: string
  readonly to: string
  /** Is the past here exactly what was? */
  readonly exact: boolean
  /** Why not. */
  readonly inexact: readonly string[]
  readonly readings: number
  readonly arms: readonly ArmReport[]
  /** Of two arms: the first less the second. */
  readonly difference: Difference | null
  /** Of the first arm, the first that were known, as many as were asked for. */
  readonly occurrences: readonly OccurrenceView[]
  /** Of these only the oldest 10,000 were held against the alarms. */
  readonly onlyOldest: readonly HeldAgainst[]
  /** True: more occurrences than are kept, so that lists and shares rest on the first 100,000. */
  readonly truncated: boolean
}

export interface ArmReport {
  readonly name: string
  readonly assets: number
  readonly kpis: BacktestKpis
  readonly wouldChatter: readonly Chatterer[]
  /** Share of time in which the rule had no verdict, from samples; null: not asked. */
  readonly unknown: number | null
  readonly unknownBecause: Readonly<Record<string, number>>
  readonly labels: Matching | null
  readonly reports: ReportMatching | null
  /** Against past alarms that cases have judged; null: none were. */
  readonly cases: CaseMatching | null
}

/** Figures: first arm less second. Occurrences pair when they are of one alarm and overlap. */
export interface Difference {
  readonly raised: number
  readonly annunciations: number
  readonly annunciationsPerDay: number
  readonly neverTold: number
  readonly peakTenMinutes: number
  readonly floods: number
  readonly floodSeconds: number
  readonly chattering: number
  readonly fleeting: number
  readonly stale: number
  readonly inBoth: number
  readonly onlyFirst: number
  readonly onlySecond: number
  /** The first 100 of each. */
  readonly firstOnly: readonly OccurrenceView[]
  readonly secondOnly: readonly OccurrenceView[]
}

export interface OccurrenceView {
  readonly rule: string
  readonly asset: string
  readonly discriminator: string
  readonly raisedAt: string
  /** Null: it stands. */
  readonly endedAt: string | null
  readonly end: Occurrence['end']
  /** Seconds, to the end of the range where it stands. */
  readonly seconds: number
  /** When people heard of it first; null: never. */
  readonly annunciatedAt: string | null
  /** What kept it from people at some time: `topology`, `maintenance`, `held`, … */
  readonly keptBy: readonly string[]
  readonly level: number
  readonly corrected: boolean
  readonly evidence: readonly Evidence[]
}

const mostListed = 100

export function reportOf(
  runs: readonly ArmRun[],
  job: BacktestJob,
  { readings, list }: { readonly readings: number; readonly list: number },
): BacktestReport {
  const [first, second] = runs
  const arms = runs.map((run) => armReport(run, job))
  const [one, other] = arms
  const kept = first?.hearing.occurrences.kept() ?? []
  return {
    kind: 'report',
    rule: job.rule ?? null,
    from: toIso(job.from),
    to: toIso(job.to),
    exact: job.inexact.length === 0,
    inexact: job.inexact,
    readings,
    arms,
    difference:
      first === undefined ||
      second === undefined ||
      one === undefined ||
      other === undefined
        ? null
        : differenceOf(
            { kpis: one.kpis, kept },
            { kpis: other.kpis, kept: second.hearing.occurrences.kept() },
            job,
          ),
    occurrences: kept.slice(0, list).map((occurrence) => viewOf(occurrence, job)),
    onlyOldest: job.onlyOldest,
    truncated: runs.some(({ hearing }) => hearing.occurrences.notKept > 0),
  }
}

/** The figures of one arm. */
export function armReport(run: ArmRun, job: BacktestJob): ArmReport {
  const kept = run.hearing.occurrences.kept()
  const { unknown, because } = run.coverage.share()
  return {
    name: run.name,
    assets: run.assets,
    kpis: kpisOf(run.hearing, job),
    wouldChatter: chatterers(kept).listed,
    unknown,
    unknownBecause: because,
    labels: job.labels.length === 0 ? null : matchLabels(kept, job.labels),
    reports: job.reports.length === 0 ? null : matchReports(kept, job.reports),
    cases: job.judged.length === 0 ? null : matchCases(kept, job.judged),
  }
}

interface Side {
  readonly kpis: BacktestKpis
  readonly kept: readonly Occurrence[]
}

function differenceOf(first: Side, second: Side, job: BacktestJob): Difference {
  const less = (name: keyof BacktestKpis): number => {
    const [a, b] = [first.kpis[name], second.kpis[name]]
    return typeof a === 'number' && typeof b === 'number'
      ? Math.round((a - b) * 10_000) / 10_000
      : 0
  }
  const firstOnly = unpaired(first.kept, second.kept)
  const secondOnly = unpaired(second.kept, first.kept)
  return {
    raised: less('raised'),
    annunciations: less('annunciations'),
    annunciationsPerDay: less('annunciationsPerDay'),
    neverTold: less('neverTold'),
    peakTenMinutes: less('peakTenMinutes'),
    floods: less('floods'),
    floodSeconds: less('floodSeconds'),
    chattering: less('chattering'),
    fleeting: less('fleeting'),
    stale: less('stale'),
    inBoth: first.kept.length - firstOnly.length,
    onlyFirst: firstOnly.length,
    onlySecond: secondOnly.length,
    firstOnly: firstOnly.slice(0, mostListed).map((one) => viewOf(one, job)),
    secondOnly: secondOnly.slice(0, mostListed).map((one) => viewOf(one, job)),
  }
}

/** Those of `all` that nothing of the same alarm in `others` overlaps. */
function unpaired(
  all: readonly Occurrence[],
  others: readonly Occurrence[],
): readonly Occurrence[] {
  const byKey = Map.groupBy(others, keyOf)
  for (const own of byKey.values()) own.sort((a, b) => a.raisedAt - b.raisedAt)
  return all.filter((one) => {
    const same = byKey.get(keyOf(one)) ?? []
    const end = one.endedAt ?? Infinity
    // Those of one alarm do not overlap each other: the last that began before our end decides.
    const other = same[firstAfter(same, end) - 1]
    return other === undefined || (other.endedAt ?? Infinity) < one.raisedAt
  })
}

/** The first that was raised after `time`. */
function firstAfter(sorted: readonly Occurrence[], time: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle]?.raisedAt ?? 0) <= time) low = middle + 1
    else high = middle
  }
  return low
}

function keyOf({ rule, asset, discriminator }: Occurrence): string {
  return JSON.stringify([rule, asset, discriminator])
}

function viewOf(one: Occurrence, { to }: BacktestJob): OccurrenceView {
  const { rule, asset, discriminator, raisedAt, endedAt, end, annunciatedAt } = one
  const { level, corrected, evidence } = one
  return {
    rule,
    asset,
    discriminator,
    raisedAt: toIso(raisedAt),
    endedAt: endedAt === null ? null : toIso(endedAt),
    end,
    seconds: ((endedAt ?? to) - raisedAt) / SECOND,
    annunciatedAt: annunciatedAt === null ? null : toIso(annunciatedAt),
    keptBy: [...one.keptBy].toSorted(),
    level,
    corrected,
    evidence,
  }
}
