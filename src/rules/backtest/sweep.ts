import { toIso } from '../../domain/time.ts'
import type { ArmRun } from './arm-run.ts'
import type { BacktestJob } from './job.ts'
import { kpisOf } from './kpis.ts'
import { matchLabels, matchReports } from './matching.ts'
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
  readonly rows: readonly SweepRow[]
}

export interface SweepRow {
  readonly value: string
  readonly raised: number
  readonly annunciations: number
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
    rows: runs.map((run) => rowOf(run, job)),
  }
}

function rowOf({ name, occurrences }: ArmRun, job: BacktestJob): SweepRow {
  const kept = occurrences.kept()
  const { raised, cleared, annunciated } = occurrences
  const kpis = kpisOf({
    kept,
    raised,
    cleared,
    annunciated,
    standingAtStart: occurrences.standing(),
    standingAtEnd: occurrences.open(),
    from: job.from,
    to: job.to,
  })
  return {
    value: name,
    raised,
    annunciations: annunciated,
    annunciationsPerDay: kpis.annunciationsPerDay,
    peakTenMinutes: kpis.peakTenMinutes,
    chattering: kpis.chattering,
    fleeting: kpis.fleeting,
    ...labelFigures(kept, job),
    foreseen: job.reports.length === 0 ? null : matchReports(kept, job.reports).foreseen,
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
