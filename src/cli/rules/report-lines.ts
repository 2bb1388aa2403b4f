import type {
  ArmReport,
  BacktestReport,
  Matching,
  SweepReport,
} from '../../workshop/backtest/reports.ts'

const mostListed = 20

/** What the alarms of a backtest leave out. */
const asIfNobody =
  'alarms are those that people would have heard of if nobody had acknowledged, shelved or taken anything out of service'

/** A report as a person reads it. */
export function reportLines(report: BacktestReport, seconds?: number): readonly string[] {
  const { from, to, exact, inexact, readings, arms, difference, occurrences } = report
  const { onlyOldest } = report
  const speed =
    seconds === undefined
      ? ''
      : ` in ${seconds.toFixed(1)} s (${grouped(readings / Math.max(seconds, 0.001))} a second)`
  return [
    `${report.rule ?? 'all rules'} from ${from} to ${to}: ${grouped(readings)} readings${speed}`,
    exact ? 'exact: the past as it was' : `not exact: ${inexact.join('; ')}`,
    asIfNobody,
    ...onlyOldest.map((what) => oldestLine(what)),
    ...arms.flatMap(armLines),
    ...(difference === null
      ? []
      : [
          '',
          `difference to what was live: ${signed(difference.annunciationsPerDay)} alarms a day, ` +
            `${signed(difference.raised)} raises, ${signed(difference.neverTold)} of them never told, ` +
            `${signed(difference.floods)} floods, ${signed(difference.chattering)} chattering`,
          `  ${difference.inBoth} in both, ${difference.onlyFirst} new, ${difference.onlySecond} gone`,
          ...difference.firstOnly
            .slice(0, mostListed)
            .map(
              ({ asset, raisedAt, seconds: long }) =>
                `  + ${asset} ${raisedAt} for ${lasting(long)}`,
            ),
          ...difference.secondOnly
            .slice(0, mostListed)
            .map(
              ({ asset, raisedAt, seconds: long }) =>
                `  - ${asset} ${raisedAt} for ${lasting(long)}`,
            ),
        ]),
    ...(difference === null && occurrences.length > 0
      ? [
          '',
          'first occurrences:',
          ...occurrences
            .slice(0, mostListed)
            .map(
              ({ asset, raisedAt, end, seconds: long }) =>
                `  ${asset} ${raisedAt} ${end === 'open' ? 'stands since' : 'for'} ${lasting(long)}`,
            ),
        ]
      : []),
  ]
}

function armLines(arm: ArmReport): readonly string[] {
  const { kpis, labels, reports, cases, wouldChatter } = arm
  return [
    '',
    `${arm.name} on ${arm.assets} assets`,
    `  ${kpis.raised} raised, ${kpis.cleared} cleared, ${kpis.standingAtEnd} stand at the end`,
    `  ${kpis.annunciations} alarms, ${kpis.annunciationsPerDay} a day, at most ${kpis.peakTenMinutes} in 10 min`,
    `  ${kpis.neverTold} raises were never told${because(kpis.neverToldBecause)}`,
    `  ${kpis.floods} floods of all alarms, ${lasting(kpis.floodSeconds)} together`,
    `  ${kpis.chattering} chattering, ${kpis.fleeting} fleeting, ${kpis.stale} longer than a day`,
    ...(arm.unknown === null
      ? []
      : [`  no verdict in ${percent(arm.unknown)} of the time`]),
    ...wouldChatter
      .slice(0, 5)
      .map(
        ({ asset, mostInAMinute, offDelay }) =>
          `  would chatter: ${asset}, ${mostInAMinute} in a minute; offDelay: ${offDelay}s would join them`,
      ),
    ...(kpis.topAssets.length > 1
      ? [
          `  most: ${kpis.topAssets
            .slice(0, 5)
            .map(({ asset, annunciations }) => `${asset} ${annunciations}`)
            .join(', ')} (the first ten: ${percent(kpis.topShare)})`,
        ]
      : []),
    ...(labels === null ? [] : [labelLine(labels)]),
    ...(reports === null
      ? []
      : [
          `  citizens told of it ${reports.reports} times, an alarm was earlier ${reports.foreseen} times`,
        ]),
    ...(cases === null
      ? []
      : [
          `  of ${cases.real} alarms that cases called real ${cases.caught} stood, of ${cases.nuisance} nuisances ${cases.repeated} came again`,
        ]),
  ]
}

/** ` (maintenance 3, topology 12)`; nothing for nothing. */
function because(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([why, count]) => `${why} ${count}`)
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

function labelLine({
  labels,
  caught,
  recall,
  precision,
  falseAlarms,
  medianDelay,
  longestDelay,
}: Matching): string {
  const delay =
    medianDelay === null
      ? ''
      : `, delay ${lasting(medianDelay)} (at most ${lasting(longestDelay ?? medianDelay)})`
  return `  ${caught} of ${labels} labels caught (recall ${ratio(recall)}), ${falseAlarms} outside (precision ${ratio(precision)})${delay}`
}

/** A table of values. */
export function sweepLines(report: SweepReport, path: string): readonly string[] {
  const header = [
    path,
    'a day',
    'raised',
    'untold',
    'floods',
    'peak',
    'chatter',
    'caught',
    'outside',
    'delay',
  ]
  const rows = report.rows.map((row) => [
    row.value,
    String(row.annunciationsPerDay),
    String(row.raised),
    String(row.neverTold),
    String(row.floods),
    String(row.peakTenMinutes),
    String(row.chattering),
    row.caught === null ? '-' : String(row.caught),
    row.falseAlarms === null ? '-' : String(row.falseAlarms),
    row.medianDelay === null ? '-' : lasting(row.medianDelay),
  ])
  const widths = header.map((name, n) =>
    [name, ...rows.map((row) => row[n] ?? '')].reduce(
      (most, text) => Math.max(most, text.length),
      0,
    ),
  )
  const line = (cells: readonly string[]): string =>
    cells.map((cell, n) => cell.padStart(widths[n] ?? 0)).join('  ')
  return [
    line(header),
    ...rows.map(line),
    ...(report.exact ? [] : [`not exact: ${report.inexact.join('; ')}`]),
    ...report.onlyOldest.map((what) => oldestLine(what)),
  ]
}

function oldestLine(what: BacktestReport['onlyOldest'][number]): string {
  const words = { reports: 'reports of citizens', cases: 'alarms that cases have judged' }
  return `there are more ${words[what]} than 10,000: the oldest were looked at`
}

/** Seconds as people say them: `42 s`, `5 min`, `3.5 h`. */
export function lasting(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds * 10) / 10} s`
  if (seconds < 7_200) return `${Math.round(seconds / 6) / 10} min`
  return `${Math.round(seconds / 360) / 10} h`
}

function ratio(value: number | null): string {
  return value === null ? '-' : value.toFixed(2)
}

function percent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value)
}

function grouped(value: number): string {
  return Math.round(value).toLocaleString('en-GB')
}
