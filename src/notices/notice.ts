import { z } from 'zod'
import { place } from '../domain/asset.ts'
import { slug } from '../domain/ids.ts'
import { localText } from '../domain/language.ts'

/**
 * Why people need not report: work is planned, the fault is known and being mended, it is accepted as
 * it is, or so many call that one answer serves all.
 */
const noticeKind = z.enum(['planned', 'known', 'accepted', 'storm'])

/** Where a notice counts. What is left out does not narrow it; everything empty is everywhere. */
export const noticeScope = z.strictObject({
  categories: z.array(slug).max(100).default([]),
  /** Assets, and what hangs on them. */
  assets: z.array(slug).max(200).default([]),
  area: slug.optional(),
  /** A circle on the map, in metres. */
  around: z
    .strictObject({ place, radius: z.number().int().min(10).max(20_000) })
    .optional(),
})
export type NoticeScope = z.infer<typeof noticeScope>

/** What somebody tells the public. */
export const noticeText = z.strictObject({
  kind: noticeKind,
  title: localText,
  text: localText,
  /** Whom to call when life is in danger. */
  phone: z
    .string()
    .regex(/^\+?[\d\s()/.-]{3,29}$/, 'a phone number such as 0523-12 34 56')
    .optional(),
  /** Where it is explained: a decision, a plan. */
  link: z
    .url({ protocol: /^https$/ })
    .max(500)
    .optional(),
  /** Of a storm: the service level that its cases promise instead of their own. */
  serviceLevel: slug.optional(),
  scope: noticeScope,
})
export type NoticeText = z.infer<typeof noticeText>

/** A notice as it is answered: times in ISO 8601, the end left out for one without. */
export const noticeView = noticeText.extend({
  id: z.string(),
  from: z.iso.datetime(),
  to: z.iso.datetime().nullable(),
  state: z.enum(['coming', 'running', 'over']),
  by: z.string(),
  version: z.int(),
})
export type NoticeView = z.infer<typeof noticeView>
