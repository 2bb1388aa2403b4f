import { Command, Option } from 'commander'
import { kpiCsv, kpiGroups, kpiReportView, type KpiReportView } from '../api/kpi-query.ts'
import { withLocalService } from './local-service.ts'
import type { Run } from './program.ts'
import { settings } from './settings.ts'
import { exit, type Terminal } from './terminal.ts'

interface Options {
  readonly organisation?: string
  readonly from?: string
  readonly to?: string
  readonly by?: (typeof kpiGroups)[number]
  readonly desk?: string
  readonly rule?: string
  readonly asset?: string
  readonly json?: boolean
  readonly csv?: boolean
}

/** `gatuvakt kpis`: how well the alarms serve those who must act on them. */
export function kpisCommand(terminal: Terminal, finish: Run): Command {
  return new Command('kpis')
    .description('Key figures of the alarms: rates, floods, chatter, times to acknowledge')
    .option('--organisation <slug>', 'whose; needed when there are several')
    .option('--from <time>', 'with a zone, included (default: a week before --to)')
    .option('--to <time>', 'with a zone, not included (default: now)')
    .addOption(new Option('--by <group>', 'also for each of these').choices(kpiGroups))
    .option('--desk <id>', 'only of this desk')
    .option('--rule <id>', 'only of this rule')
    .option('--asset <id>', 'only of this asset')
    .addOption(new Option('--csv', 'answer as CSV').conflicts('json'))
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `
Examples:
  gatuvakt kpis --organisation strandkoping
  gatuvakt kpis --organisation strandkoping --by desk --from 2026-11-01T00:00:00+01:00
  gatuvakt kpis --organisation strandkoping --by rule --csv > rules.csv

Averages hide floods: look at the slots of ten minutes, too.`,
    )
    .action(async ({ json, csv, ...asked }: Options, command: Command) => {
      const report = await withLocalService(settings(command, terminal), (service) =>
        service.post('/kpis', asked, kpiReportView),
      )
      if (json === true) terminal.out(JSON.stringify(report))
      else terminal.out(csv === true ? kpiCsv(report).trimEnd() : picture(report))
      finish(exit.ok)
    })
}

function picture({ from, to, total, by, groups }: KpiReportView): string {
  const { rate, slots, floods, chattering, acknowledgement, suppression } = total
  const lines: readonly (readonly [string, string])[] = [
    ['window', `${from} to ${to}`],
    ['annunciations', String(total.annunciations)],
    [
      'per operator',
      `${number(rate.per10MinutesAndOperator)} in 10 min, ${number(rate.perDayAndOperator)} a day`,
    ],
    [
      'most',
      `${rate.maxIn10Minutes} in 10 min, ${rate.peakHour?.annunciations ?? 0} in an hour`,
    ],
    [
      'slots of 10 min',
      slots.distribution
        .map(({ annunciations, slots }) => `${annunciations}: ${slots}`)
        .join('  '),
    ],
    ['above target', `${percent(slots.timeAboveTarget)} of the time`],
    ['floods', `${floods.count}, ${percent(floods.share)} of the time`],
    ['chattering', `${chattering.keys} keys`],
    ['fleeting', String(total.fleeting)],
    ['stale', String(total.stale.atEnd)],
    ['top 10 keys', `${percent(total.badActors.share)} of all`],
    [
      'acknowledged',
      `${acknowledgement.acknowledged} of ${acknowledgement.asked}, half within ${seconds(acknowledgement.p50)}, ${percent(acknowledgement.withinTarget)} in time`,
    ],
    ['not told', `${percent(suppression.yield)} of ${suppression.raised} raises`],
    ['precision', percent(total.precision.precision)],
    ['missed', `${total.missed.missed} of ${total.missed.monitored} reports`],
  ]
  const rows = groups.map(
    ({ key, kpis }) =>
      `${key}  ${kpis.annunciations} annunciations, ${kpis.floods.count} floods, at most ${kpis.rate.maxIn10Minutes} in 10 min`,
  )
  return [
    ...lines.map(([name, value]) => `${name.padEnd(16)} ${value}`),
    ...(by === null ? [] : ['', `by ${by}:`, ...rows]),
  ].join('\n')
}

function number(value: number): string {
  return value.toFixed(2)
}

function percent(share: number | null): string {
  return share === null ? '-' : `${(share * 100).toFixed(1)} %`
}

function seconds(value: number | null): string {
  return value === null ? '-' : `${Math.round(value)} s`
}
