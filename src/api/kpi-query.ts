import { z } from 'zod'
import type { KpisAsked } from '../alarms/kpis/create-kpis.ts'
import { kpiGroups } from '../alarms/kpis/report.ts'
import { durationUs, earlier, HOUR, type TimeUs } from '../domain/time.ts'
import { id, isoTime } from './inputs.ts'

/** Commands and the console take the answers' shapes from here. */
export { kpiCsv } from '../alarms/kpis/csv.ts'
export { kpiGroups } from '../alarms/kpis/report.ts'
export { kpiReportView, type KpiReportView } from '../alarms/kpis/views.ts'

const WEEK = durationUs(7 * 24 * HOUR)

/** Which figures. */
export const kpiQuery = z.strictObject({
  /** Left out: a week before `to`. */
  from: isoTime.optional(),
  /** Not included. Left out: now. */
  to: isoTime.optional(),
  by: z.enum(kpiGroups).optional(),
  /** Ids; what is named narrows the figures. */
  desk: id.optional(),
  rule: id.optional(),
  asset: id.optional(),
})

export function kpisAsked(query: z.output<typeof kpiQuery>, now: TimeUs): KpisAsked {
  const to = query.to ?? now
  return { ...query, by: query.by ?? null, from: query.from ?? earlier(to, WEEK), to }
}
