import type { BacktestReport } from '../../workshop/backtest/reports.ts'
import { lasting } from './report-lines.ts'

/** What came of a rule over several recordings. */
export interface RecordingSum {
  readonly recordings: readonly RecordingResult[]
  readonly labels: number
  readonly caught: number
  readonly falseAlarms: number
  /** Alarms inside labels, of all; null without alarms. */
  readonly precision: number | null
  /** Caught of all labels; null without labels. */
  readonly recall: number | null
  /** Seconds from the beginning of a label to its first alarm. */
  readonly medianDelay: number | null
  readonly longestDelay: number | null
}

export interface RecordingResult {
  readonly file: string
  readonly readings: number
  readonly alarms: number
  readonly labels: number
  readonly caught: number
  readonly falseAlarms: number
  /** Of each label that was caught, in seconds. */
  readonly delays: readonly number[]
  readonly occurrences: BacktestReport['occurrences']
  readonly unknown: number | null
}

export function recordingSum(
  results: readonly { readonly file: string; readonly report: BacktestReport }[],
): RecordingSum {
  const recordings = results.map(resultOf)
  const sum = (of: (one: RecordingResult) => number): number =>
    recordings.reduce((total, one) => total + of(one), 0)
  const [alarms, falseAlarms] = [sum((one) => one.alarms), sum((one) => one.falseAlarms)]
  const [labels, caught] = [sum((one) => one.labels), sum((one) => one.caught)]
  const delays = recordings.flatMap((one) => one.delays).toSorted((a, b) => a - b)
  return {
    recordings,
    labels,
    caught,
    falseAlarms,
    precision: alarms === 0 ? null : (alarms - falseAlarms) / alarms,
    recall: labels === 0 ? null : caught / labels,
    medianDelay: delays[Math.floor((delays.length - 1) / 2)] ?? null,
    longestDelay: delays.at(-1) ?? null,
  }
}

function resultOf({
  file,
  report,
}: {
  readonly file: string
  readonly report: BacktestReport
}): RecordingResult {
  const [arm] = report.arms
  const alarms = arm?.kpis.raised ?? 0
  const common = {
    file,
    readings: report.readings,
    alarms,
    occurrences: report.occurrences,
    unknown: arm?.unknown ?? null,
  }
  const match = arm?.labels
  if (match === undefined || match === null) {
    return { ...common, labels: 0, caught: 0, falseAlarms: alarms, delays: [] }
  }
  const { labels, caught, falseAlarms, each } = match
  const delays = each.flatMap(({ delay }) => (delay === null ? [] : [delay]))
  return { ...common, labels, caught, falseAlarms, delays }
}

/** A line for each recording and one for all. */
export function sumLines(sum: RecordingSum): readonly string[] {
  const { precision, recall, medianDelay, longestDelay } = sum
  return [
    ...sum.recordings.map(
      ({ file, alarms, labels, caught, falseAlarms, delays }) =>
        `${file}: ${alarms} alarms, ${caught} of ${labels} labels caught` +
        `${delays.length > 0 ? ` after ${delays.map(lasting).join(', ')}` : ''}, ${falseAlarms} outside`,
    ),
    `together: ${sum.caught} of ${sum.labels} labels caught (recall ${two(recall)}), ` +
      `${sum.falseAlarms} alarms outside (precision ${two(precision)})` +
      (medianDelay === null
        ? ''
        : `, delay ${lasting(medianDelay)} (at most ${lasting(longestDelay ?? medianDelay)})`),
  ]
}

function two(value: number | null): string {
  return value === null ? '-' : value.toFixed(2)
}
