import { z } from 'zod'
import { duration } from '../domain/duration.ts'

/** What every point says of its values, whatever protocol brings them. */
export const pointFields = {
  kind: z.enum(['measure', 'state', 'counter', 'text']).default('measure'),
  /** UCUM code: W, V, m, %, L/min, Cel. */
  unit: z.string().max(20).optional(),
  scale: z
    .number()
    .refine((n) => n !== 0, 'a scale of 0 loses every value')
    .default(1),
  offset: z.number().default(0),
  /** Raw value → name. An unlisted value is bad/out_of_range. */
  enum: z.record(z.string(), z.string().max(40)).optional(),
  /** Take one bit of an integer as true or false. */
  bit: z.int().min(0).max(31).optional(),
  /** Physically possible values, after scaling; anything else is bad/out_of_range. */
  range: z.tuple([z.number(), z.number()]).optional(),
  /** The message may leave it out; otherwise its absence is bad/decode_error. */
  optional: z.boolean().default(false),
  /** Without a value for so long, it is stale. */
  staleAfter: duration.optional(),
} as const

const common = z.strictObject(pointFields)
/** The part of a point's definition that turns a raw value into a reading. */
export type PointDefinition = z.infer<typeof common>

/** `bit` and `enum` both say what an integer means. */
export const bitOrEnum = [
  ({ bit, enum: names }: { bit?: number | undefined; enum?: unknown }): boolean =>
    bit === undefined || names === undefined,
  'bit and enum exclude each other',
] as const
