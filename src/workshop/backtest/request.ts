import { z } from 'zod'
import { isJsonObject, type JsonObject } from '../../configuration/json.ts'
import { slug } from '../../domain/ids.ts'
import { fromIso } from '../../domain/time.ts'

const time = z.string().transform((text, context) => {
  const at = fromIso(text)
  if (at !== undefined) return at
  context.addIssue({ code: 'custom', message: 'a time such as 2026-11-20T12:00:00Z' })
  return z.NEVER
})

const document = z
  .record(z.string(), z.unknown())
  .transform((value): JsonObject => (isJsonObject(value) ? value : {}))

const common = {
  /** Slug of the rule; a new one is allowed where a draft is given. */
  rule: slug,
  /** The text to try; left out: the rule as it is in force. */
  draft: document.optional(),
  /** Time of hearing, inclusive. */
  from: time,
  /** Exclusive. */
  to: time,
  /** Times in which something was wrong; without an asset it counts for all. */
  labels: z
    .array(z.strictObject({ asset: slug.optional(), from: time, to: time }))
    .max(10_000)
    .default([]),
  /** From the reading store, which reaches back further, or from the log, word for word. */
  source: z.enum(['history', 'log']).default('history'),
}

/** What somebody wants to know of a rule over the past. */
export const backtestRequest = z.strictObject({
  ...common,
  /** Beside it the rule as it was in force at each time. */
  against: z.literal('live').optional(),
  /** Occurrences in the report. */
  list: z.int().min(0).max(10_000).default(1_000),
})
export type BacktestRequest = z.infer<typeof backtestRequest>

/** Alarms and caught faults as a function of one parameter. */
export const sweepRequest = z.strictObject({
  ...common,
  /** Of the parameter in the rule: `condition.above`, `onDelay`. */
  path: z.string().regex(/^\w+(?:\.\w+)*$/, 'names with points between'),
  values: z
    .array(z.union([z.number(), z.string().max(40)]))
    .min(1)
    .max(50),
})
export type SweepRequest = z.infer<typeof sweepRequest>
