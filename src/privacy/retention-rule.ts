import { z } from 'zod'
import { slug } from '../domain/ids.ts'
import { addMonths } from './months.ts'
import type { TimeUs } from '../domain/time.ts'

/**
 * How long closed cases are kept: what the organisation decided for one type of case. Where no rule
 * fits, nothing is ever erased: Swedish law keeps public documents until a decision says otherwise.
 */
export const retentionRule = z
  .strictObject({
    /** Lower is asked first; the first that fits decides. */
    order: z.int().min(0).max(100_000),
    when: z
      .strictObject({
        category: slug.optional(),
        matter: z.enum(['fault', 'opinion', 'question', 'order']).optional(),
        /** Why the case was closed, as `fixed` or `spam`. */
        reason: z
          .string()
          .regex(/^[a-z_]{1,40}$/, 'a closing reason such as fixed')
          .optional(),
      })
      .default({}),
    /** Names, addresses, numbers: whole months after closing. Left out: as long as the case. */
    contactsMonths: z.int().min(0).max(600).optional(),
    /** Everything people said and staff wrote: whole years after closing. Left out: for ever. */
    caseYears: z.int().min(0).max(100).optional(),
    /** The decision this stands on, as `KS 2026/123 § 14`. */
    decision: z.string().min(1).max(120),
  })
  .refine(
    ({ contactsMonths, caseYears }) =>
      contactsMonths === undefined ||
      caseYears === undefined ||
      contactsMonths <= caseYears * 12,
    { message: 'contacts cannot be kept longer than their case', path: ['contactsMonths'] },
  )

export type RetentionDocument = z.infer<typeof retentionRule>

export interface RetentionRule extends RetentionDocument {
  /** Slug; the ledger names it. */
  readonly name: string
}

/** What retention looks at; a case that was merged counts from the later of that and the closing of the one it ends in. */
export interface ClosedCase {
  readonly category: string
  readonly matter: string
  readonly closing_reason: string | null
  readonly closed_at: TimeUs
}

/** The first rule that fits, in order; undefined keeps the case for ever. */
export function ruleFor(
  rules: readonly RetentionRule[],
  { category, matter, closing_reason }: ClosedCase,
): RetentionRule | undefined {
  return rules.find(
    ({ when }) =>
      (when.category ?? category) === category &&
      (when.matter ?? matter) === matter &&
      (when.reason ?? closing_reason) === closing_reason,
  )
}

export type Step = 'contacts' | 'case'

/** Is it time? Months and years are those of the calendar, in UTC. */
export function isDue(
  rule: RetentionRule,
  step: Step,
  { closed_at }: ClosedCase,
  now: TimeUs,
): boolean {
  const months =
    step === 'contacts'
      ? rule.contactsMonths
      : rule.caseYears === undefined
        ? undefined
        : rule.caseYears * 12
  return months !== undefined && addMonths(closed_at, months) <= now
}

/** The shortest time any rule gives the step, in months; undefined if none does. */
export function shortest(rules: readonly RetentionRule[], step: Step): number | undefined {
  const all = rules.flatMap(({ contactsMonths, caseYears }) => {
    const months = step === 'contacts' ? contactsMonths : (caseYears ?? Number.NaN) * 12
    return months === undefined || Number.isNaN(months) ? [] : [months]
  })
  return all.length === 0 ? undefined : Math.min(...all)
}
