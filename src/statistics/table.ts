import type { StatisticsReport, StatisticsView } from './views.ts'

/** A cell: words, a number, or nothing where nothing can be said. */
export type Cell = string | number | null

/** Name of each column and its cell. The order is a promise: columns are added at the end only. */
const columns: readonly (readonly [string, (figures: StatisticsView) => Cell])[] = [
  ['reports_people', ({ reports }) => reports.people],
  ['reports_alarms', ({ reports }) => reports.alarms],
  ['self_service_share', ({ reports }) => reports.selfServiceShare],
  ['cases_opened', ({ cases }) => cases.opened],
  ['cases_closed', ({ cases }) => cases.closed],
  ['backlog', ({ cases }) => cases.backlog],
  ['backlog_age_median_s', ({ cases }) => cases.backlogAge],
  ['fixed_share', ({ cases }) => cases.fixedShare],
  ['accepted_no_action', ({ cases }) => cases.byReason.accepted_no_action ?? 0],
  ['not_responsible', ({ cases }) => cases.byReason.not_responsible ?? 0],
  ['absorbed_share', ({ cases }) => cases.absorbedShare],
  ['to_first_response_median_s', ({ times }) => times.toFirstResponse],
  ['to_close_median_s', ({ times }) => times.toClose],
  ['service_level_share', ({ serviceLevelShare }) => serviceLevelShare],
  ['reopened_share', ({ reopenedShare }) => reopenedShare],
  ['surveys', ({ surveys }) => surveys],
  ['satisfied_share', ({ satisfiedShare }) => satisfiedShare],
  ['alarm_first_share', ({ alarmFirst }) => alarmFirst.share],
  ['alarm_lead_median_s', ({ alarmFirst }) => alarmFirst.lead],
  ['first_contact', ({ reports }) => reports.firstContact],
  ['first_contact_share', ({ reports }) => reports.firstContactShare],
]

type Group = StatisticsReport['groups'][number]

/** One row for everything, then one for each group; the first row is the header. */
export function statisticsTable(report: StatisticsReport): readonly (readonly Cell[])[] {
  const { from, to, by, total, groups } = report
  const head = ['from', 'to', 'by', 'key', ...columns.map(([name]) => name), 'name']
  const row = (of: string, { key, figures, name }: Group): readonly Cell[] => [
    from,
    to,
    of,
    key,
    ...columns.map(([, cell]) => cell(figures)),
    name,
  ]
  return [
    head,
    row('total', { key: '', figures: total, name: null }),
    ...groups.map((group) => row(by ?? '', group)),
  ]
}
