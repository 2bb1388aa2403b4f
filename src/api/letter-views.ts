import { z } from 'zod'
import { caseState, closingReason } from '../cases/views.ts'

const time = z.iso.datetime()

/** Letters that did not arrive, and letters to us that could not be taken. */
export const letterProblemsView = z.object({
  problems: z.array(
    z.object({
      case: z.object({ id: z.string(), number: z.string() }),
      /** Of whom it was for. */
      report: z.string(),
      /** `failed`: nobody tries again. */
      state: z.enum(['failed', 'retrying']),
      tries: z.int(),
      /** What went wrong, without addresses. */
      error: z.string(),
      /** When it was given up, or when it is tried again. */
      at: time,
    }),
  ),
  /** Letters to us that could not be taken; they lie in their mailbox. */
  incoming: z.array(z.object({ mailbox: z.string(), reason: z.string(), at: time })),
})

export type LetterProblemsView = z.infer<typeof letterProblemsView>

const texts = z.record(z.string(), z.string())

/** The organisation's own words that are in force. */
export const templatesView = z.object({
  templates: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      /** When it fits; what is null does not narrow it. */
      state: caseState.nullable(),
      reason: closingReason.nullable(),
      externalStatus: z.string().nullable(),
      /** Ids; empty for any. */
      categories: z.array(z.string()),
      /** Stands in letters and on follow pages without anybody choosing it. */
      automatic: z.boolean(),
      /** By language, with the names of facts between braces. */
      text: texts,
      /** Where letters say something else. */
      mail: texts.nullable(),
    }),
  ),
})
export type TemplatesView = z.infer<typeof templatesView>
