import { z } from 'zod'

const clock = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as 22:00')

/**
 * Times of the week in the organisation's zone. `from` = `to` is the whole day; `from` after `to`
 * runs past midnight and belongs to the day on which it begins.
 */
export const civilTimes = z.strictObject({
  /** Left out: every day. A holiday is a `holiday` and never a `workday`; `mon`…`sun` are what the calendar says. */
  days: z
    .array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'workday', 'holiday']))
    .min(1)
    .max(9)
    .optional(),
  from: clock.default('00:00'),
  to: clock.default('00:00'),
})
export type CivilTimes = z.infer<typeof civilTimes>

/** A number in a rule: written down, an attribute of the asset, or by the clock. */
export const parameter = z.union([
  z.number(),
  z.strictObject({
    attribute: z.string().min(1).max(60),
    /** For assets without it; left out: such an asset is UNKNOWN. */
    otherwise: z.number().optional(),
  }),
  z.strictObject({
    /** The first that fits counts. */
    schedule: z
      .array(z.strictObject({ during: civilTimes, value: z.number() }))
      .min(1)
      .max(24),
    otherwise: z.number(),
  }),
])
export type Parameter = z.infer<typeof parameter>
