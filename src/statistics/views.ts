import { z } from 'zod'
import { closingReason, reportSource } from '../cases/views.ts'

const count = z.int().min(0)
const share = z.number().min(0).max(1).nullable()
/** Seconds. */
const seconds = z.number().min(0).nullable()

/** What statistics can be split by. */
export const statisticsGroups = [
  'month',
  'source',
  'category',
  'area',
  'unit',
  'contractor',
  'reason',
] as const
export type StatisticsGroup = (typeof statisticsGroups)[number]

/**
 * Figures of one window. Channels count reports, workload counts cases; shares are 0 to 1, and null
 * where there is nothing to divide by. Times are medians, never means.
 */
export const statisticsView = z.object({
  reports: z.object({
    people: count,
    alarms: count,
    /** Of what people sent: the part that nobody of the organisation had to write down. */
    selfServiceShare: share,
    bySource: z.partialRecord(reportSource, count),
    /** Answered at first contact: its case was closed while the report was taken down. */
    firstContact: count,
    firstContactShare: share,
  }),
  cases: z.object({
    opened: count,
    closed: count,
    /** Open when the window ends, and how long those have been open. */
    backlog: count,
    backlogAge: seconds,
    byReason: z.partialRecord(closingReason, count),
    /** Of the closed: really mended, by people or by itself. */
    fixedShare: share,
    /** Reports of people beyond the first of their case, of all their reports. */
    absorbedShare: share,
  }),
  times: z.object({ toFirstResponse: seconds, toClose: seconds }),
  /** Of the deadlines that were met or missed in cases closed in the window. */
  serviceLevelShare: share,
  /** Of the cases closed in the window. */
  reopenedShare: share,
  satisfiedShare: share,
  surveys: count,
  /** Of cases opened in the window that both an alarm and people told of. */
  alarmFirst: z.object({ share, lead: seconds, cases: count }),
})
export type StatisticsView = z.infer<typeof statisticsView>

export const statisticsReport = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  by: z.enum(statisticsGroups).nullable(),
  total: statisticsView,
  /** Largest first; months in order. */
  groups: z.array(
    z.object({
      key: z.string(),
      /** What people call it; null where the key says it, or the configuration has no name for it any more. */
      name: z.string().nullable(),
      figures: statisticsView,
    }),
  ),
})
export type StatisticsReport = z.infer<typeof statisticsReport>
