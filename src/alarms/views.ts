import { z } from 'zod'

/** ISO 8601 in UTC. */
const time = z.iso.datetime()

/** An alarm as lists show it. */
export const alarmView = z.object({
  id: z.string(),
  rule: z.object({ id: z.string(), name: z.record(z.string(), z.string()) }),
  asset: z.object({ id: z.string(), name: z.string(), type: z.string() }),
  priority: z.int().min(1).max(4),
  /** ISA-18.2 display state, from condition and acknowledgement. */
  state: z.enum(['unacknowledged', 'acknowledged', 'returned_unacknowledged', 'normal']),
  evidence: z.enum(['good', 'lost']),
  /** Names the current raise; an acknowledgement must carry it. */
  raise: z.int(),
  raisedAt: time.nullable(),
  clearedAt: time.nullable(),
  acknowledgedAt: time.nullable(),
  acknowledgedBy: z.string().nullable(),
  case: z.object({ id: z.string(), number: z.string() }).nullable(),
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
  evidence: z.array(z.record(z.string(), z.unknown())),
})
export type TransitionView = z.infer<typeof transitionView>
