import { z } from 'zod'
import { duration } from '../domain/duration.ts'
import { roleName, slug } from '../domain/ids.ts'
import { localText } from '../domain/language.ts'

/** HIGH enters at value ≥ `above` and leaves below `above - deadband`; LOW mirrors it. */
export const threshold = z
  .strictObject({
    kind: z.literal('threshold'),
    role: roleName,
    above: z.number().optional(),
    below: z.number().optional(),
    /** In the point's unit. A value resting on the limit cannot chatter. */
    deadband: z.number().nonnegative().default(0),
  })
  .refine(
    (c) => (c.above === undefined) !== (c.below === undefined),
    'exactly one of above and below',
  )

/** TRUE when nothing was heard of the asset's device for longer than `timeout` (processing time). */
export const noData = z.strictObject({
  kind: z.literal('noData'),
  timeout: duration,
  /** After a start or a suspend nobody is called silent before this. */
  grace: duration.default(() => duration.parse('5m')),
})

export const condition = z.discriminatedUnion('kind', [threshold, noData])
export type Condition = z.infer<typeof condition>

/** What makes an alarm, and what becomes of it. */
export const rule = z.strictObject({
  name: localText,
  /** 1 act now · 2 today · 3 plan · 4 information. */
  priority: z.int().min(1).max(4),
  /** The assets it watches: all of a type, or those named. */
  assets: z.union([
    z.strictObject({ type: z.string() }),
    z.strictObject({ slugs: z.array(slug).min(1).max(10_000) }),
  ]),
  condition,
  /** How long the condition must hold before it is an alarm. */
  onDelay: duration.default(() => duration.parse('0s')),
  /** How long it must be gone before the alarm clears. */
  offDelay: duration.default(() => duration.parse('0s')),
  /** A delay may fire only on evidence this fresh. Left out: 3 × the device type's interval. */
  maxGap: duration.optional(),
  /** Does a gap in the evidence start the on-delay anew, or only pause it? */
  gapPolicy: z.enum(['reset', 'hold']).default('reset'),
  /** Key between alarms and citizens' reports: `light_out`, `pump_blocked`. */
  faultClass: z.string().regex(/^[a-z][a-z0-9_]{0,40}$/, 'lower case with underscores'),
  /** Does the alarm open a case by itself? */
  confirm: z.enum(['immediately', 'manual']).default('manual'),
})
export type Rule = z.infer<typeof rule>
