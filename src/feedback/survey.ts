import { z } from 'zod'

/** Standard answers, so that figures can be made of them. */
const surveyTopic = z.enum([
  'quick',
  'well_informed',
  'well_done',
  'took_too_long',
  'not_informed',
  'not_mended',
  'mended_badly',
  'disagree',
])
type SurveyTopic = z.infer<typeof surveyTopic>

/** Answers that say that the work is not done: whoever is not satisfied and says one asks for more. */
export const reopeningTopics: ReadonlySet<SurveyTopic> = new Set([
  'not_mended',
  'mended_badly',
])

/** What somebody answers. */
export const surveyAnswer = z.strictObject({
  satisfied: z.boolean(),
  topics: z.array(surveyTopic).max(8).default([]),
  text: z.string().trim().max(2_000).default(''),
  /** Staff may ask back. */
  mayContact: z.boolean().default(false),
  /** Not satisfied: shall the case be opened again? A topic may say the same. */
  reopen: z.boolean().default(false),
})
export type SurveyAnswer = z.infer<typeof surveyAnswer>

/** What a follower's link finds. */
export type SurveyState =
  /** Asked, and waiting until `until` (ISO 8601). */
  | { readonly kind: 'open'; readonly until: string; readonly number: string }
  | { readonly kind: 'answered' }
  | { readonly kind: 'over' }
  /** The case is open, or ended in a way that nobody is asked about. */
  | { readonly kind: 'not_asked' }
