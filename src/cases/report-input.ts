import { z } from 'zod'
import { place } from '../domain/asset.ts'
import { language } from '../domain/language.ts'
import { printable } from './printable.ts'

/** Longest description a person can send, in characters. */
export const REPORT_TEXT_MAX = 2_000

/** Text without characters that a database or a mail cannot carry; white space alone is nothing. */
function line(max: number) {
  return z
    .string()
    .max(max * 2)
    .transform(printable)
    .pipe(z.string().max(max))
}

const contact = z.strictObject({
  name: line(120).exactOptional(),
  email: z.string().trim().max(254).pipe(z.email()).exactOptional(),
  /** As people write it: digits, spaces, +, -, ( and ). */
  phone: z
    .string()
    .trim()
    .regex(/^\+?[\d\s()/.-]{4,29}$/, 'a phone number such as 0523-12 34 56')
    .exactOptional(),
})

/** Nobody stands in the Gulf of Guinea: a program that knew nothing sent zeros. */
const reportedPlace = place.refine(
  ({ lat, lon }) => lat !== 0 || lon !== 0,
  'a place, not 0, 0',
)

/** A report from outside, whether it came as JSON or from the form. */
export const reportInput = z
  .strictObject({
    category: z.string().min(1).max(63),
    asset: z.string().min(1).max(80).exactOptional(),
    place: reportedPlace.exactOptional(),
    /** Where it is, in words. */
    address: line(200).exactOptional(),
    /** Question → key, keys, number or own words. */
    answers: z
      .record(
        z.string().max(41),
        z.union([z.string().max(500), z.number(), z.array(z.string().max(40)).max(50)]),
      )
      .refine((all) => Object.keys(all).length <= 20, 'at most 20 answers')
      .exactOptional(),
    /** Ids of photos that were sent before. */
    photos: z
      .array(z.string().regex(/^[\w-]{1,64}$/, 'the id of a photo'))
      .max(5)
      .exactOptional(),
    /** The code of the sign it came from. */
    sourceDetail: z
      .string()
      .regex(/^[\w.-]{1,80}$/, 'letters, digits, . _ or -')
      .exactOptional(),
    /** The case that was suggested, and is the same. */
    follows: z
      .string()
      .regex(/^[\w-]{1,128}$/, 'the id of a case that was suggested')
      .exactOptional(),
    text: line(REPORT_TEXT_MAX).default(''),
    language,
    contact: contact.exactOptional(),
    wantsUpdates: z.boolean().default(false),
    /** Made by the sender once per report, so that a report sent twice is one. */
    idempotencyKey: z
      .string()
      .regex(/^[A-Za-z0-9_-]{8,64}$/, '8 to 64 letters, digits, - or _')
      .exactOptional(),
  })
  .superRefine((input, context) => {
    const isNamed = input.asset !== undefined || input.follows !== undefined
    if (!isNamed && input.text.length < 3) {
      context.addIssue({
        code: 'custom',
        path: ['text'],
        message: 'without an asset, say what is wrong and where in at least 3 characters',
      })
    }
    if (input.wantsUpdates && input.contact?.email === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['contact', 'email'],
        message: 'updates are sent by e-mail, so an address is needed',
      })
    }
  })
export type ReportInput = z.infer<typeof reportInput>
