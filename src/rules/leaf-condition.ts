import { z } from 'zod'
import { duration } from '../domain/duration.ts'
import { roleName } from '../domain/ids.ts'
import { civilTimes } from '../calendar/civil-time.ts'
import { parameter } from './parameter.ts'

/** The kinds of leaf. What each means, to the edge, is in README.md; the code is `conditions/`. */

/** A duration longer than none. */
export const positive = duration.refine((length) => length > 0, 'longer than 0s')
const window = positive

/** A condition has one limit, from above or from below. */
export const oneLimit = (c: { above?: unknown; below?: unknown }): boolean =>
  (c.above === undefined) !== (c.below === undefined)
export const eitherLimit = 'exactly one of above and below'

/** HIGH enters at value ≥ `above` and leaves below `above - deadband`; LOW mirrors it. */
export const threshold = z
  .strictObject({
    kind: z.literal('threshold'),
    role: roleName,
    above: parameter.optional(),
    below: parameter.optional(),
    /** In the point's unit. A value resting on the limit cannot chatter. */
    deadband: z.number().nonnegative().default(0),
  })
  .refine(oneLimit, eitherLimit)

/** Several limits of one value, each with its own latch and deadband; the highest latched is the level. */
export const levels = z.strictObject({
  kind: z.literal('levels'),
  role: roleName,
  side: z.enum(['above', 'below']),
  /** From the mildest to the worst. */
  steps: z
    .array(
      z.strictObject({
        limit: parameter,
        deadband: z.number().nonnegative().default(0),
        /** The alarm's priority while this is the level. */
        priority: z.int().min(1).max(4),
      }),
    )
    .min(2)
    .max(8),
})

/** TRUE outside [low, high]; each edge with the deadband of a threshold. */
export const outside = z.strictObject({
  kind: z.literal('outside'),
  role: roleName,
  low: parameter,
  high: parameter,
  deadband: z.number().nonnegative().default(0),
})

/** A state: what it equals, or which bits it has. That it changed is `countInWindow`. */
export const state = z
  .strictObject({
    kind: z.literal('state'),
    role: roleName,
    /** TRUE while the value is one of these. */
    in: z
      .array(z.union([z.string().max(60), z.number(), z.boolean()]))
      .min(1)
      .max(64)
      .optional(),
    /** TRUE while (value & mask) = match; whole numbers up to 2^32. */
    bits: z
      .strictObject({
        mask: z
          .int()
          .min(1)
          .max(2 ** 32 - 1),
        match: z
          .int()
          .min(0)
          .max(2 ** 32 - 1),
      })
      .optional(),
  })
  .refine(
    (c) => (c.in === undefined) !== (c.bits === undefined),
    'exactly one of in and bits',
  )

/** TRUE when the value moved by at least `above` (or at most `below`) per `per` over `window`. */
export const rateOfChange = z
  .strictObject({
    kind: z.literal('rateOfChange'),
    role: roleName,
    window,
    per: positive.default(() => duration.parse('1h')),
    above: parameter.optional(),
    below: parameter.optional(),
    deadband: z.number().nonnegative().default(0),
    /** The value only grows and begins at 0 again: a drop is counted as the new value. */
    counter: z.boolean().default(false),
  })
  .refine(oneLimit, eitherLimit)

/** TRUE when the value stayed within `epsilon` over `window`, with at least `samples` readings. */
export const flatline = z.strictObject({
  kind: z.literal('flatline'),
  role: roleName,
  window,
  epsilon: z.number().nonnegative().default(0),
  samples: z.int().min(2).max(10_000).default(3),
})

/** How far a value is from what it should be: in the point's unit, or in percent of it. */
const distance = {
  by: parameter.optional(),
  percent: parameter.optional(),
  direction: z.enum(['either', 'above', 'below']).default('either'),
  /** In the unit of `by`, or in percentage points. */
  deadband: z.number().nonnegative().default(0),
}
const oneDistance = (c: { by?: unknown; percent?: unknown }): boolean =>
  (c.by === undefined) !== (c.percent === undefined)

/** TRUE when two points that should agree do not. */
export const deviation = z
  .strictObject({
    kind: z.literal('deviation'),
    role: roleName,
    from: roleName,
    ...distance,
    /** Both must have been measured within this of one another; older: UNKNOWN. */
    within: positive,
  })
  .refine(oneDistance, 'exactly one of by and percent')

/** TRUE when the value left its own usual: the median over `window`, which ended `ago` before now. */
export const baseline = z
  .strictObject({
    kind: z.literal('baseline'),
    role: roleName,
    window,
    ago: duration.default(() => duration.parse('0s')),
    /** The mean over so long is held against it; 0: each reading. */
    smooth: duration.default(() => duration.parse('0s')),
    ...distance,
    /** Fewer readings in the window than this: UNKNOWN. */
    samples: z.int().min(1).max(100_000).default(10),
  })
  .refine(oneDistance, 'exactly one of by and percent')

/** TRUE when feedback still differs from command `travel` after the command last changed. */
export const discrepancy = z.strictObject({
  kind: z.literal('discrepancy'),
  command: roleName,
  feedback: roleName,
  travel: positive,
  tolerance: z.number().nonnegative().default(0),
})

/** TRUE while at least `count` events fell into the last `window`. */
export const countInWindow = z.strictObject({
  kind: z.literal('countInWindow'),
  role: roleName,
  event: z.enum(['rising', 'falling', 'change', 'reading']),
  /** For numbers: at and above this is on. Left out: 0.5. */
  on: z.number().default(0.5),
  count: z.int().min(1).max(10_000),
  window,
})

/** TRUE while the value was at or above `on` for longer than `budget` in the last `window`; gaps do not count. */
export const runTime = z.strictObject({
  kind: z.literal('runTime'),
  role: roleName,
  on: z.number().default(0.5),
  budget: positive,
  window,
})

/** TRUE when a straight line through `window` reaches the limit within `horizon`. */
export const forecast = z
  .strictObject({
    kind: z.literal('forecast'),
    role: roleName,
    window,
    horizon: positive,
    above: parameter.optional(),
    below: parameter.optional(),
    /** A fit worse than this says nothing. */
    minR2: z.number().min(0).max(1).default(0.5),
    samples: z.int().min(3).max(10_000).default(5),
  })
  .refine(oneLimit, eitherLimit)

/** TRUE when the sun is below `elevation` at the asset; UNKNOWN within `tolerance` of the crossing. */
export const dark = z.strictObject({
  kind: z.literal('dark'),
  /** Degrees: -0.833 is sunset as calendars have it, -6 the end of civil twilight. */
  elevation: z.number().min(-90).max(90).default(-0.833),
  /** Degrees to either side in which lamps may be on or off. */
  tolerance: z.number().min(0).max(20).default(0),
})

/** TRUE during these civil times of the organisation. */
export const during = z.strictObject({
  kind: z.literal('during'),
  times: z.array(civilTimes).min(1).max(24),
})

/** TRUE when nothing was heard of the asset's device for longer than `timeout` (processing time). */
export const noData = z.strictObject({
  kind: z.literal('noData'),
  timeout: duration,
  /** After a start or a suspend nobody is called silent before this. */
  grace: duration.default(() => duration.parse('5m')),
})

/** What is judged by the readings of one asset alone. */
export const leafCondition = z.discriminatedUnion('kind', [
  threshold,
  levels,
  outside,
  state,
  rateOfChange,
  flatline,
  deviation,
  baseline,
  discrepancy,
  countInWindow,
  runTime,
  forecast,
  dark,
  during,
])
export type LeafCondition = z.infer<typeof leafCondition>
export type LeafKind = LeafCondition['kind']
export type LeafOf<K extends LeafKind> = Extract<LeafCondition, { kind: K }>
