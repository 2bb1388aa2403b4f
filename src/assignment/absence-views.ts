import { z } from 'zod'
import { slug } from '../domain/ids.ts'

/** Deputies that one absence names. */
export const DEPUTIES_MAX = 10

const day = z.iso.date()
const moment = z.iso.datetime({ offset: true })
const dayOrMoment = z.union([day, moment], {
  error: 'a day such as 2026-12-24, or a time with its zone',
})

/** What a person says when away. Two days are whole ones in the organisation's zone, the last included. */
export const absenceInput = z.strictObject({
  from: dayOrMoment,
  to: dayOrMoment,
  /** In order; none: whoever is nearest in the unit. */
  deputies: z
    .array(slug)
    .max(DEPUTIES_MAX)
    .refine((list) => new Set(list).size === list.length, 'everybody once')
    .default([]),
  /** `also_open`: the cases that the person has go over too, when it begins. */
  scope: z.enum(['incoming', 'also_open']).default('incoming'),
  /** Cases that went to deputies come back at the end, as far as they are still open. */
  handBack: z.boolean().default(false),
})
export type AbsenceInput = z.infer<typeof absenceInput>

/** An absence to be kept. */
export interface NewAbsence extends Omit<AbsenceInput, 'deputies'> {
  readonly deputies: readonly string[]
  /** User id. */
  readonly person: string
  /** As the audit log names whoever said it. */
  readonly by: string
}

/** An absence as people see it. */
export const absenceView = z.object({
  id: z.string(),
  person: z.string(),
  from: z.iso.datetime(),
  /** The first moment that the person is back. */
  to: z.iso.datetime(),
  deputies: z.array(z.string()),
  scope: z.enum(['incoming', 'also_open']),
  handBack: z.boolean(),
  state: z.enum(['planned', 'running', 'over']),
  by: z.string(),
})
export type AbsenceView = z.infer<typeof absenceView>
