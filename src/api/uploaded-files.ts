import { z } from 'zod'
import type { Mistake } from '../configuration/mistake.ts'

/** Files as they are sent: at most 250, of 256 Ki characters; `paths` is what each may be called. */
export function uploadedFiles(paths: RegExp, why: string) {
  return z
    .array(
      z.strictObject({
        path: z
          .string()
          .max(300)
          .regex(paths, why)
          .refine((path) => !path.split('/').includes('..'), 'no way out of the folder'),
        text: z.string().max(262_144),
      }),
    )
    .min(1)
    .max(250)
}

/** What is wrong in a file, where, why, and what next. */
export const mistake = z.object({
  file: z.string(),
  line: z.int(),
  column: z.int(),
  what: z.string(),
  why: z.string().optional(),
  next: z.string().optional(),
})

export function mistakesView(mistakes: readonly Mistake[]): z.infer<typeof mistake>[] {
  return mistakes.map(({ file, line, column, what, why, next }) => ({
    file,
    line,
    column,
    what,
    ...(why !== undefined && { why }),
    ...(next !== undefined && { next }),
  }))
}
