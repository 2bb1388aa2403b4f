import { z } from 'zod'

/** Durations are seconds, shares 0 to 1, times ISO 8601 in UTC; null where nothing can be said. */
const time = z.iso.datetime()
const count = z.int().nonnegative()
const share = z.number().min(0).max(1)
const seconds = z.number().nonnegative()

const slot = z.object({ from: time, annunciations: count })
const key = z.object({
  alarm: z.string(),
  rule: z.string(),
  asset: z.string(),
})
const standing = key.extend({ priority: z.int(), since: time })
const reasons = z.object({
  shelved: count,
  shelvedOnce: count,
  design: count,
  topology: count,
  maintenance: count,
  outOfService: count,
  held: count,
  flood: count,
})

/** The figures of EEMUA 191, ISA-18.2 and ours over one window. */
export const kpisView = z.object({
  operators: z.number().positive(),
  /** How often people were told that an alarm stands. */
  annunciations: count,
  rate: z.object({
    per10MinutesAndOperator: z.number().nonnegative(),
    perHour: z.number().nonnegative(),
    perDayAndOperator: z.number().nonnegative(),
    /** Most in a slot of ten minutes on the clock, and in any ten minutes. */
    maxPerSlot: count,
    maxIn10Minutes: count,
    peakHour: slot.nullable(),
    peakMinute: slot.nullable(),
  }),
  slots: z.object({
    count,
    /** Slots with more than one annunciation for each operator. */
    aboveTarget: count,
    timeAboveTarget: share,
    /** What the averages hide: how many slots had how many. */
    distribution: z.array(z.object({ annunciations: count, slots: count })),
    busiest: z.array(slot).max(10),
  }),
  floods: z.object({
    /** Began in the window. */
    count,
    share,
    longest: seconds,
    /** Most annunciations in one flood. */
    largest: count,
  }),
  chattering: z.object({
    keys: count,
    worst: z.array(key.extend({ times: count })).max(20),
  }),
  fleeting: count,
  stale: z.object({
    atEnd: count,
    /** Became stale in the window. */
    became: count,
    oldest: z.array(standing).max(20),
  }),
  priorities: z.array(z.object({ priority: z.int(), annunciations: count, share })),
  badActors: z.object({
    /** Of all annunciations, by the ten keys with the most. */
    share,
    keys: z.array(key.extend({ annunciations: count, share })).max(10),
  }),
  acknowledgement: z.object({
    asked: count,
    acknowledged: count,
    open: count,
    p50: seconds.nullable(),
    p95: seconds.nullable(),
    /** Of those that have a target and met or missed it. */
    withinTarget: share.nullable(),
    longest: seconds,
  }),
  returnToNormal: z.object({
    count,
    p50: seconds.nullable(),
    p95: seconds.nullable(),
    longest: seconds.nullable(),
  }),
  active: z.object({ total: seconds, longest: seconds }),
  reAlarms: z.object({ count, mostOfOneAlarm: count }),
  suppression: z.object({
    raised: count,
    /** Of them, those that people were told of, at once or later. */
    told: count,
    /** 1 - told / raised. */
    yield: share.nullable(),
    /** Raises that people were never told of, by what stood in the way. One may have several reasons. */
    by: reasons,
    /** Nothing stood in the way: chatter told once, or not yet told. */
    other: count,
  }),
  /** Whatever the window. */
  suppressedNow: z.object({
    by: reasons,
    withoutReason: count,
    pastExpiry: count,
  }),
  precision: z.object({ real: count, nuisance: count, precision: share.nullable() }),
  missed: z.object({
    reports: count,
    /** On assets that a rule watches. */
    monitored: count,
    /** Of them, without an alarm before. */
    missed: count,
    share: share.nullable(),
  }),
  /** Seconds by which the alarm was before the report; negative when the citizen was first. */
  detectLead: z.object({
    count,
    p50: z.number().nullable(),
    p95: z.number().nullable(),
  }),
  /** From hearing of it to telling people. */
  latency: z.object({ count, p50: seconds.nullable(), p99: seconds.nullable() }),
})
export type KpisView = z.infer<typeof kpisView>

/** AlarmMetricsType of OPC UA part 9, 8.2; durations in ms as there, rates in alarms per `Rate` seconds. */
export const opcuaMetricsView = z.object({
  AlarmCount: count,
  StartTime: time,
  MaximumActiveState: z.number().nonnegative(),
  MaximumUnAck: z.number().nonnegative(),
  CurrentAlarmRate: z.number().nonnegative(),
  MaximumAlarmRate: z.number().nonnegative(),
  MaximumReAlarmCount: count,
  AverageAlarmRate: z.number().nonnegative(),
  Rate: z.int(),
})
export type OpcuaMetricsView = z.infer<typeof opcuaMetricsView>

export const kpiReportView = z.object({
  from: time,
  to: time,
  total: kpisView,
  opcua: opcuaMetricsView,
  by: z.enum(['desk', 'rule', 'asset']).nullable(),
  /** Those with the most annunciations first, at most 500; empty when nothing was asked for. */
  groups: z.array(z.object({ key: z.string(), kpis: kpisView, opcua: opcuaMetricsView })),
})
export type KpiReportView = z.infer<typeof kpiReportView>
