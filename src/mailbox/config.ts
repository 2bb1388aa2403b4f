import { z } from 'zod'
import { slug } from '../domain/ids.ts'
import { language } from '../domain/language.ts'

const lowerEmail = z.email().max(254).lowercase('lower-case letters')

/** Somebody by address, or everybody of a domain: `@skolan.example`. */
const sender = z.union([
  lowerEmail,
  z
    .string()
    .regex(/^@[a-z0-9.-]{3,250}$/, 'an address or a domain such as @skolan.example'),
])

const here: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost'])

/** A mailbox whose letters become reports. */
export const mailbox = z
  .strictObject({
    host: z.string().min(1).max(253),
    port: z.int().min(1).max(65_535).default(993),
    /** `implicit` speaks TLS from the first byte, `starttls` insists on it later; `none` only on the own machine. */
    tls: z.enum(['implicit', 'starttls', 'none']).default('implicit'),
    user: z.string().min(1).max(254),
    /** Name of the password among the `secrets` of the process. */
    secret: slug,
    folder: z.string().min(1).max(200).default('INBOX'),
    /** The address people write to; answers come to it with a plus and a token. */
    address: lowerEmail,
    /** Category of a report that no rule knows better. */
    category: slug,
    /** The first rule of which a word stands in the subject decides the category. */
    rules: z
      .array(
        z.strictObject({
          words: z.array(z.string().trim().min(2).max(60)).min(1).max(50),
          category: slug,
        }),
      )
      .max(50)
      .default([]),
    /**
     * Left out: anybody. Named, they are internal reporters, for instance a school's staff; letters of
     * others are not taken. A sender's address can be forged where the mail server does not check it.
     */
    senders: z.array(sender).min(1).max(1_000).optional(),
    /**
     * What becomes of a letter that was taken: it stays, read, until the mailbox's own rules remove it;
     * or it is deleted, so that whoever wrote it stands nowhere but with the personal data.
     */
    taken: z.enum(['keep', 'delete']).default('keep'),
    /** In which those who write are answered. */
    language: language.default('sv'),
  })
  .refine(({ tls, host }) => tls !== 'none' || here.has(host), {
    error: 'a password crosses a network only over TLS: implicit or starttls',
    path: ['tls'],
  })
export type Mailbox = z.infer<typeof mailbox>
