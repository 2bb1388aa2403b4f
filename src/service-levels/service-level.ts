import { z } from 'zod'
import { civilTimes } from '../calendar/civil-time.ts'
import { duration } from '../domain/duration.ts'

/** What is promised. A clock that is left out is not promised. */
export const clockName = z.enum([
  'acknowledge',
  'first_response',
  'start',
  'restore',
  'resolve',
])
export type ClockName = z.infer<typeof clockName>

const target = z.union([
  /** Time in which the calendar runs: `16h`, `30m`. */
  duration,
  /** Whole days: of the calendar's `days`, or as people count them. */
  z.strictObject({ days: z.int().min(1).max(730), count: z.enum(['work', 'calendar']) }),
  /** With the next planned round; no deadline, but told to the reporter. */
  z.literal('next_round'),
])

/** A service level, as a municipality writes it under `service-levels:`. */
export const serviceLevel = z.strictObject({
  name: z.string().min(1).max(120),
  /** When its clocks run; left out: always. */
  hours: z.array(civilTimes).min(1).max(20).optional(),
  clocks: z.partialRecord(clockName, target),
  /** States in which its clocks stand still. */
  pauses: z
    .array(z.enum(['waiting_reporter', 'waiting_external', 'planned']))
    .default(['waiting_reporter']),
  /** Percent of the time before (negative) or after a deadline at which somebody is told. */
  escalate: z
    .array(
      z.strictObject({
        at: z.int().min(-99).max(500),
        tell: z.enum(['assignee', 'unit', 'administrator']),
      }),
    )
    .max(10)
    .default([
      { at: -25, tell: 'assignee' },
      { at: 0, tell: 'unit' },
      { at: 50, tell: 'administrator' },
    ]),
  /** Another level once so many neighbours in a row are out, or a group is. */
  becomes: z
    .array(
      z.strictObject({
        when: z.enum(['in_a_row', 'group', 'dark_street']),
        atLeast: z.int().min(2).max(100).default(3),
        level: z.string(),
      }),
    )
    .max(5)
    .default([]),
})
export type ServiceLevel = z.infer<typeof serviceLevel>
