import { csvLines, csvText } from '../../domain/csv.ts'
import type { KpiReportView, KpisView, OpcuaMetricsView } from './views.ts'

/** Name of each column and its cell. The order is a promise: add at the end only. */
const columns: readonly (readonly [
  string,
  (kpis: KpisView, opcua: OpcuaMetricsView) => number | null,
])[] = [
  ['operators', ({ operators }) => operators],
  ['annunciations', ({ annunciations }) => annunciations],
  ['per_10_minutes_and_operator', ({ rate }) => rate.per10MinutesAndOperator],
  ['per_hour', ({ rate }) => rate.perHour],
  ['per_day_and_operator', ({ rate }) => rate.perDayAndOperator],
  ['max_per_slot', ({ rate }) => rate.maxPerSlot],
  ['max_in_10_minutes', ({ rate }) => rate.maxIn10Minutes],
  ['peak_hour', ({ rate }) => rate.peakHour?.annunciations ?? 0],
  ['peak_minute', ({ rate }) => rate.peakMinute?.annunciations ?? 0],
  ['slots', ({ slots }) => slots.count],
  ['slots_with_0', ({ slots }) => slotsWith(slots, 0, 0)],
  ['slots_with_1', ({ slots }) => slotsWith(slots, 1, 1)],
  ['slots_with_2_to_5', ({ slots }) => slotsWith(slots, 2, 5)],
  ['slots_with_6_to_10', ({ slots }) => slotsWith(slots, 6, 10)],
  ['slots_with_over_10', ({ slots }) => slotsWith(slots, 11, Infinity)],
  ['time_above_target', ({ slots }) => slots.timeAboveTarget],
  ['floods', ({ floods }) => floods.count],
  ['flood_share', ({ floods }) => floods.share],
  ['flood_longest_s', ({ floods }) => floods.longest],
  ['flood_largest', ({ floods }) => floods.largest],
  ['chattering_keys', ({ chattering }) => chattering.keys],
  ['fleeting', ({ fleeting }) => fleeting],
  ['stale_at_end', ({ stale }) => stale.atEnd],
  ['stale_became', ({ stale }) => stale.became],
  ['share_priority_1', ({ priorities }) => priorities[0]?.share ?? null],
  ['share_priority_2', ({ priorities }) => priorities[1]?.share ?? null],
  ['share_priority_3', ({ priorities }) => priorities[2]?.share ?? null],
  ['share_priority_4', ({ priorities }) => priorities[3]?.share ?? null],
  ['top_10_share', ({ badActors }) => badActors.share],
  ['acknowledgements_asked', ({ acknowledgement }) => acknowledgement.asked],
  ['acknowledgements_open', ({ acknowledgement }) => acknowledgement.open],
  ['acknowledge_p50_s', ({ acknowledgement }) => acknowledgement.p50],
  ['acknowledge_p95_s', ({ acknowledgement }) => acknowledgement.p95],
  ['acknowledged_within_target', ({ acknowledgement }) => acknowledgement.withinTarget],
  ['return_p50_s', ({ returnToNormal }) => returnToNormal.p50],
  ['return_p95_s', ({ returnToNormal }) => returnToNormal.p95],
  ['active_s', ({ active }) => active.total],
  ['active_longest_s', ({ active }) => active.longest],
  ['re_alarms', ({ reAlarms }) => reAlarms.count],
  ['raised', ({ suppression }) => suppression.raised],
  ['suppression_yield', ({ suppression }) => suppression.yield],
  ['suppressed_now', ({ suppressedNow }) => sum(Object.values(suppressedNow.by))],
  ['suppressed_without_reason', ({ suppressedNow }) => suppressedNow.withoutReason],
  ['suppressed_past_expiry', ({ suppressedNow }) => suppressedNow.pastExpiry],
  ['precision', ({ precision }) => precision.precision],
  ['judged', ({ precision }) => precision.real + precision.nuisance],
  ['reports_monitored', ({ missed }) => missed.monitored],
  ['missed_share', ({ missed }) => missed.share],
  ['detect_lead_p50_s', ({ detectLead }) => detectLead.p50],
  ['latency_p99_s', ({ latency }) => latency.p99],
  ['AlarmCount', (_, { AlarmCount }) => AlarmCount],
  ['MaximumActiveState', (_, { MaximumActiveState }) => MaximumActiveState],
  ['MaximumUnAck', (_, { MaximumUnAck }) => MaximumUnAck],
  ['CurrentAlarmRate', (_, { CurrentAlarmRate }) => CurrentAlarmRate],
  ['MaximumAlarmRate', (_, { MaximumAlarmRate }) => MaximumAlarmRate],
  ['MaximumReAlarmCount', (_, { MaximumReAlarmCount }) => MaximumReAlarmCount],
  ['AverageAlarmRate', (_, { AverageAlarmRate }) => AverageAlarmRate],
]

/**
 * One row for everything and one for each group: RFC 4180, a header, commas, CRLF. Where nothing
 * can be said the cell is empty.
 */
export function kpiCsv({ from, to, total, opcua, by, groups }: KpiReportView): string {
  const head = ['from', 'to', 'by', 'key', ...columns.map(([name]) => name)]
  const rows = [
    ['total', '', total, opcua] as const,
    ...groups.map(({ key, kpis, opcua }) => [by ?? '', key, kpis, opcua] as const),
  ]
  const lines = rows.map(([of, key, kpis, opcua]) =>
    [from, to, of, csvText(key)].concat(
      columns.map(([, cell]) => String(cell(kpis, opcua) ?? '')),
    ),
  )
  return csvLines([head, ...lines])
}

function slotsWith(
  { distribution }: KpisView['slots'],
  least: number,
  most: number,
): number {
  return sum(
    distribution.flatMap(({ annunciations, slots }) =>
      annunciations >= least && annunciations <= most ? [slots] : [],
    ),
  )
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
