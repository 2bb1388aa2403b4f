import { z } from 'zod'
import { wordsWarning } from '../cases/views.ts'

const about = z.object({ id: z.string(), number: z.string() })
const time = z.iso.datetime()

/** What waits for somebody's look before the public sees it, or what the public sees now. */
export const reviewsView = z.object({
  photos: z.array(
    z.object({
      id: z.string(),
      case: about,
      /** Null for one that staff added. */
      report: z.string().nullable(),
      width: z.int(),
      height: z.int(),
      /** When it came; of one that is shown, when that was decided. */
      at: time,
    }),
  ),
  /** Null for those who may not read what people wrote. */
  texts: z
    .array(
      z.object({
        /** Of the report or follow-up. */
        id: z.string(),
        case: about,
        at: time,
        /** What was written; null for what is shown already. */
        original: z.string().nullable(),
        /** What to show: contacts in it are masked; or what is shown. */
        text: z.string(),
        /** What was masked, by its place in the original. */
        masked: z.array(wordsWarning),
      }),
    )
    .nullable(),
})
export type ReviewsView = z.infer<typeof reviewsView>
export type WaitingText = NonNullable<ReviewsView['texts']>[number]
