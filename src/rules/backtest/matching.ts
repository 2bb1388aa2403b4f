import { durationUs, HOUR, SECOND, toIso } from '../../domain/time.ts'
import type { CitizenReport, JudgedAlarm, Label } from './job.ts'
import { rounded } from './kpis.ts'
import type { Occurrence } from './occurrences.ts'

/** How the alarms lie against times in which something was known to be wrong. */
export interface Matching {
  readonly labels: number
  /** Labels in which an alarm was raised. */
  readonly caught: number
  /** Caught of all labels, 0 to 1; null without labels. */
  readonly recall: number | null
  /** Alarms raised inside a label, of all; null without alarms. */
  readonly precision: number | null
  readonly falseAlarms: number
  /** From the beginning of a label to its first alarm, in seconds. */
  readonly medianDelay: number | null
  readonly longestDelay: number | null
  /** The first 100. */
  readonly each: readonly LabelMatch[]
}

export interface LabelMatch {
  readonly asset: string | null
  readonly from: string
  readonly to: string
  /** Seconds to the first alarm; null: missed. */
  readonly delay: number | null
}

/** How many citizens' reports an alarm would have been earlier than. */
export interface ReportMatching {
  readonly reports: number
  /** An alarm of the asset stood then, or had ended less than a day before. */
  readonly foreseen: number
  /** How much earlier the alarm was, in hours: median. */
  readonly medianLeadHours: number | null
  readonly missed: readonly { readonly asset: string; readonly at: string }[]
}

/** What would have become of alarms that cases have judged. */
export interface CaseMatching {
  /** Alarms of which a case says that there was something to them. */
  readonly real: number
  /** Of them, those while which an alarm of the asset stood here too. */
  readonly caught: number
  readonly nuisance: number
  /** Of these, those that would have been raised again. */
  readonly repeated: number
  /** The first 100 that were real and would have been missed. */
  readonly missed: readonly { readonly asset: string; readonly at: string }[]
}

const mostListed = 100
const day = durationUs(24 * HOUR)

export function matchLabels(
  kept: readonly Occurrence[],
  labels: readonly Label[],
): Matching {
  const byAsset = raisesByAsset(kept)
  const everywhere = kept.map(({ raisedAt }) => raisedAt).toSorted((a, b) => a - b)
  const each = labels.map((label): LabelMatch => {
    const raises = label.asset === undefined ? everywhere : byAsset.get(label.asset)
    const first = raises?.[atOrAfter(raises, label.from)]
    return {
      asset: label.asset ?? null,
      from: toIso(label.from),
      to: toIso(label.to),
      delay:
        first !== undefined && first < label.to
          ? rounded((first - label.from) / SECOND)
          : null,
    }
  })
  const inside = kept.filter((one) => labels.some((label) => isInside(one, label))).length
  const delays = each.flatMap(({ delay }) => (delay === null ? [] : [delay]))
  return {
    labels: labels.length,
    caught: delays.length,
    recall: labels.length === 0 ? null : rounded(delays.length / labels.length),
    precision: kept.length === 0 ? null : rounded(inside / kept.length),
    falseAlarms: kept.length - inside,
    medianDelay: median(delays),
    longestDelay: delays.length === 0 ? null : delays.reduce((a, b) => Math.max(a, b)),
    each: each.slice(0, mostListed),
  }
}

export function matchReports(
  kept: readonly Occurrence[],
  reports: readonly CitizenReport[],
): ReportMatching {
  const byAsset = Map.groupBy(kept, ({ asset }) => asset)
  const leads: number[] = []
  const missed: { asset: string; at: string }[] = []
  for (const { asset, at } of reports) {
    const earlier = byAsset
      .get(asset)
      ?.findLast(
        ({ raisedAt, endedAt }) =>
          raisedAt <= at && (endedAt === null || endedAt >= at - day),
      )
    if (earlier !== undefined) leads.push(rounded((at - earlier.raisedAt) / HOUR))
    else missed.push({ asset, at: toIso(at) })
  }
  return {
    reports: reports.length,
    foreseen: leads.length,
    medianLeadHours: median(leads),
    missed: missed.slice(0, mostListed),
  }
}

export function matchCases(
  kept: readonly Occurrence[],
  judged: readonly JudgedAlarm[],
): CaseMatching {
  const byAsset = Map.groupBy(kept, ({ asset }) => asset)
  const stood = ({ asset, from, to }: JudgedAlarm): boolean =>
    byAsset
      .get(asset)
      ?.some(
        ({ raisedAt, endedAt }) => raisedAt < to && (endedAt === null || endedAt >= from),
      ) === true
  const real = judged.filter((one) => one.real)
  const nuisance = judged.filter((one) => !one.real)
  const missed = real.filter((one) => !stood(one))
  return {
    real: real.length,
    caught: real.length - missed.length,
    nuisance: nuisance.length,
    repeated: nuisance.filter(stood).length,
    missed: missed.slice(0, mostListed).map(({ asset, from }) => {
      return { asset, at: toIso(from) }
    }),
  }
}

function isInside({ asset, raisedAt }: Occurrence, label: Label): boolean {
  if (label.asset !== undefined && label.asset !== asset) return false
  return raisedAt >= label.from && raisedAt < label.to
}

function raisesByAsset(kept: readonly Occurrence[]): Map<string, number[]> {
  const found = new Map<string, number[]>()
  for (const { asset, raisedAt } of kept) {
    const own = found.get(asset)
    if (own === undefined) found.set(asset, [raisedAt])
    else own.push(raisedAt)
  }
  for (const own of found.values()) own.sort((a, b) => a - b)
  return found
}

function atOrAfter(times: readonly number[], time: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? 0) < time) low = middle + 1
    else high = middle
  }
  return low
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  const [low = 0, high = 0] = [
    sorted[Math.floor((sorted.length - 1) / 2)],
    sorted[Math.ceil((sorted.length - 1) / 2)],
  ]
  return rounded((low + high) / 2)
}
