import { toIso } from '../../domain/time.ts'
import type { ArmRun } from './arm-run.ts'
import type { BacktestJob, HeldAgainst } from './job.ts'
import { kpisOf } from './kpis.ts'
import { matchCases, matchLabels, matchReports } from './matching.ts'
import type { Occurrence } from './occurrences.ts'

/** Alarms and caught faults as a function of one parameter. */
export interface SweepReport {
  readonly kind: 'sweep'
  readonly rule: string | null
  readonly from: string
  readonly to: string
  readonly exact: boolean
  readonly inexact: readonly string[]
  readonly readings: number
  /** Of these only the oldest 10,000 were held against the alarms. */
  readonly onlyOldest: readonly HeldAgainst[]
  readonly rows: readonly SweepRow[]
}

export interface SweepRow {
  readonly value: string
  readonly raised: number
  readonly annunciations: number
  /** Raises that something kept from people until they were over. */
  readonly neverTold: number
  readonly floods: number
  readonly annunciationsPerDay: number
  readonly peakTenMinutes: number
  readonly chattering: number
  readonly fleeting: number
  /** Null without labels. */
  readonly caught: number | null
  readonly falseAlarms: number | null
  readonly precision: number | null
  readonly recall: number | null
  readonly medianDelay: number | null
  /** Citizens' reports that an alarm was earlier than; null without reports. */
  readonly foreseen: number | null
  /** Past alarms that cases called real and that stood here too, and nuisances that would come again; null: none were judged. */
  readonly realCaught: number | null
  readonly nuisanceRepeated: number | null
}

export function sweepReportOf(
  runs: readonly ArmRun[],
  job: BacktestJob,
  readings: number,
): SweepReport {
  return {
    kind: 'sweep',
    rule: job.rule ?? null,
    from: toIso(job.from),
    to: toIso(job.to),
    exact: job.inexact.length === 0,
    inexact: job.inexact,
    readings,
    onlyOldest: job.onlyOldest,
    rows: runs.map((run) => rowOf(run, job)),
  }
}

function rowOf({ name, hearing }: ArmRun, job: BacktestJob): SweepRow {
  const kept = hearing.occurrences.kept()
  const kpis = kpisOf(hearing, job)
  const cases = job.judged.length === 0 ? undefined : matchCases(kept, job.judged)
  return {
    value: name,
    raised: kpis.raised,
    annunciations: kpis.annunciations,
    neverTold: kpis.neverTold,
    floods: kpis.floods,
    annunciationsPerDay: kpis.annunciationsPerDay,
    peakTenMinutes: kpis.peakTenMinutes,
    chattering: kpis.chattering,
    fleeting: kpis.fleeting,
    ...labelFigures(kept, job),
    foreseen: job.reports.length === 0 ? null : matchReports(kept, job.reports).foreseen,
    realCaught: cases?.caught ?? null,
    nuisanceRepeated: cases?.repeated ?? null,
  }
}

type LabelFigures = Pick<
  SweepRow,
  'caught' | 'falseAlarms' | 'precision' | 'recall' | 'medianDelay'
>

const noLabels: LabelFigures = {
  caught: null,
  falseAlarms: null,
  precision: null,
  recall: null,
  medianDelay: null,
}

function labelFigures(
  kept: readonly Occurrence[],
  { labels }: Pick<BacktestJob, 'labels'>,
): LabelFigures {
  if (labels.length === 0) return noLabels
  const { caught, falseAlarms, precision, recall, medianDelay } = matchLabels(kept, labels)
  return { caught, falseAlarms, precision, recall, medianDelay }
}
