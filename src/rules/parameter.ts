import { z } from 'zod'
import { civilTimes } from '../calendar/civil-time.ts'

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
