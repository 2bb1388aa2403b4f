import { z } from 'zod'

/** ISO 8601 in UTC. */
const time = z.iso.datetime()

/** Why an alarm does not reach people now, in the words of `suppression.ts`. */
export const suppressionView = z.object({
  kind: z.enum([
    'shelved',
    'shelvedOnce',
    'design',
    'topology',
    'maintenance',
    'outOfService',
    'held',
    'flood',
  ]),
  ref: z.string(),
  since: time,
  /** It ends by itself then. */
  until: time.nullable(),
  by: z.string(),
  reason: z.string(),
})
export type SuppressionView = z.infer<typeof suppressionView>

/** An alarm as lists show it. */
export const alarmView = z.object({
  id: z.string(),
  rule: z.object({ id: z.string(), name: z.record(z.string(), z.string()) }),
  asset: z.object({ id: z.string(), name: z.string(), type: z.string() }),
  priority: z.int().min(1).max(4),
  /** From condition and acknowledgement. */
  state: z.enum([
    'unacknowledged',
    'acknowledged',
    'returned_unacknowledged',
    /** Normal and acknowledged; a confirmation, a reset or a quiet minute is missing. */
    'returned_acknowledged',
    'normal',
  ]),
  /** The one letter of ISA-18.2 that shows most of it. */
  letter: z.enum(['A', 'B', 'C', 'D', 'E', 'F', 'G']),
  /** 1 for the mildest limit of the rule. */
  level: z.int(),
  evidence: z.enum(['good', 'lost']),
  /** Names the current raise; an acknowledgement must carry it. */
  raise: z.int(),
  raisedAt: time.nullable(),
  clearedAt: time.nullable(),
  acknowledgedAt: time.nullable(),
  acknowledgedBy: z.string().nullable(),
  confirmedAt: time.nullable(),
  confirmedBy: z.string().nullable(),
  /** Stands after it cleared until somebody resets it. */
  latched: z.boolean(),
  /** The rule wants a second person to confirm. */
  requireConfirm: z.boolean(),
  /** Why it does not reach people now; empty: it does. */
  suppression: z.array(suppressionView),
  /** Of the current or last occurrence. */
  marks: z.object({
    /** Rose three times in a minute; told once. */
    chattering: z.boolean(),
    /** Was active for less than a minute. */
    fleeting: z.boolean(),
    /** Has been active for more than a day. */
    stale: z.boolean(),
    /** Late readings showed that it would not have been, or not then. */
    corrected: z.boolean(),
    /** Found out from readings that came late. */
    late: z.boolean(),
  }),
  /** How often it rose in this occurrence, and how often that was continued after a close. */
  activations: z.int(),
  reopened: z.int(),
  case: z.object({ id: z.string(), number: z.string() }).nullable(),
  /** Of an alarm made of its siblings' alarms: of how many assets; null for one of a single asset. */
  gathered: z.int().nullable(),
  /** One line: value, limit and how long, as stored with the raise. */
  because: z.array(
    z.object({
      role: z.string(),
      value: z.union([z.number(), z.string(), z.boolean()]).nullable(),
      quality: z.string(),
      at: time,
      limit: z.number().nullable(),
    }),
  ),
})
export type AlarmView = z.infer<typeof alarmView>

/** One row of an alarm's journal. */
export const transitionView = z.object({
  id: z.string(),
  sequence: z.int(),
  event: z.string(),
  from: z.string(),
  to: z.string(),
  at: time,
  processedAt: time,
  actor: z.string(),
  comment: z.string().nullable(),
  historical: z.boolean(),
  late: z.boolean(),
  /** It told people that the alarm stands. */
  annunciated: z.boolean(),
  raise: z.int(),
  level: z.int(),
  evidenceState: z.string(),
  ruleVersion: z.int().nullable(),
  /** In a word for programs: how it closed, which reason came or went. */
  reason: z.string().nullable(),
  /** The reasons that kept it from people after this. */
  suppression: z.array(z.object({ kind: z.string(), ref: z.string() })),
  evidence: z.array(z.record(z.string(), z.unknown())),
})
export type TransitionView = z.infer<typeof transitionView>

/** Why an alarm is as it is. */
export const whyView = z.object({
  alarm: alarmView,
  /** The detector's version of the rule that raised it. */
  ruleVersion: z.int().nullable(),
  /** Everything stored with the current or last raise. */
  evidence: transitionView.shape.evidence,
  /** What will happen to it by itself. */
  timers: z.array(
    z.object({
      kind: z.enum(['until', 're_alarm', 'quiet', 'release', 'source']),
      ref: z.string(),
      due: time,
    }),
  ),
  /** How its acknowledgement fared at the source that raised it; null for an alarm of our own. */
  atSource: z
    .object({
      /** `told`: it knows · `failed`: it will not be told any more. */
      state: z.enum(['waiting', 'told', 'failed']),
      device: z.string(),
      requestedAt: time,
      tries: z.int(),
      /** Why it could not be told: the last time, or for good. */
      error: z.string().nullable(),
    })
    .nullable(),
  /** The newest 50 rows of its journal, oldest first. */
  recent: z.array(transitionView),
})
export type WhyView = z.infer<typeof whyView>
