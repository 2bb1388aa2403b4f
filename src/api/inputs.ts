import { z } from 'zod'
import { timeUs } from '../domain/time.ts'

/** How many items a list returns: 1 to 500, else 100. */
export const listLimit = z.coerce.number().int().min(1).max(500).default(100)

/** An id of ours in an address: letters, digits and a little punctuation. */
export const id = z
  .string()
  .regex(/^[\w.:-]{1,128}$/, 'an id: letters, digits, and . : _ -, at most 128')

export const byId = z.strictObject({ id })

/** `?size=`: a photo as it is kept, or for a list. */
export const photoSize = z.strictObject({ size: z.enum(['full', 'small']).default('full') })

/** Ids of photos that were sent to the organisation before: 1 to 5. */
export const photoIds = z.array(z.string().max(64)).min(1).max(5)

const firstMs = 0
/** The last year that whole microseconds can tell exactly. */
const lastMs = Date.UTC(2255, 0)

/** ISO 8601 with a zone, from 1970 to 2254, as microseconds. */
export const isoTime = z.iso
  .datetime({ offset: true })
  .refine((text) => Date.parse(text) >= firstMs && Date.parse(text) < lastMs, {
    error: 'a time from 1970 to 2254',
    abort: true,
  })
  .transform((text) => timeUs(Date.parse(text) * 1_000))

/** `?points=1,2`: at most 500 point ids. */
export const pointList = z
  .string()
  .regex(/^\d{1,15}(?:,\d{1,15}){0,499}$/, 'point ids with commas between, at most 500')
  .transform((text) => new Set(text.split(',').map(Number)))
