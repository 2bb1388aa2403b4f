import { z } from 'zod'

/** What the commands for privacy answer. */
export const retentionCounts = z.strictObject({
  counts: z.array(
    z.strictObject({
      rule: z.string(),
      step: z.enum(['contacts', 'case']),
      cases: z.int(),
    }),
  ),
})
export type RetentionCounts = z.infer<typeof retentionCounts>

export const holdView = z.strictObject({
  id: z.string(),
  case: z.string(),
  reference: z.string(),
  since: z.string(),
  actor: z.string(),
})
export type HoldView = z.infer<typeof holdView>

export const holdList = z.strictObject({ holds: z.array(holdView) })
export type HoldList = z.infer<typeof holdList>

export const foundPeople = z.strictObject({
  found: z.array(
    z.strictObject({
      /** Of the report or follow-up. */
      id: z.string(),
      case: z.string(),
      number: z.string(),
      held: z.boolean(),
    }),
  ),
})
export type FoundPeople = z.infer<typeof foundPeople>

export const releasedCase = z.strictObject({ released: z.string() })
export type ReleasedCase = z.infer<typeof releasedCase>

/** How many reports and follow-ups were erased now; again: 0. */
export const erasedCount = z.strictObject({ erased: z.int() })
export type ErasedCount = z.infer<typeof erasedCount>
