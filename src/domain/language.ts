import { z } from 'zod'

/** Languages every text for people exists in. */
export const language = z.enum(['sv', 'nb', 'en'])
export type Language = z.infer<typeof language>

/** A text in every language. */
export const localText = z.strictObject({
  sv: z.string().min(1).max(500),
  nb: z.string().min(1).max(500),
  en: z.string().min(1).max(500),
})
export type LocalText = z.infer<typeof localText>
