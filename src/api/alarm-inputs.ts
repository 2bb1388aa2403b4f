import { z } from 'zod'

/** What somebody says with a command. */
export const comment = z.string().trim().min(1).max(1_000)

/** Why somebody does what keeps an alarm from people. */
export const reason = z.string().trim().min(1).max(1_000)

/** A command that needs no more than a click; browsers may send no body at all. */
export const plainBody = z.strictObject({ comment: comment.optional() }).nullish()
