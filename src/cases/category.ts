import { z } from 'zod'
import { slug } from '../domain/ids.ts'
import { localText } from '../domain/language.ts'

/** A fault class; several may share one join class, the key that makes an alarm and a report one case. */
const faultClass = z.string().regex(/^[a-z][a-z0-9_]{0,40}$/, 'lower case with underscores')

/** What citizens can choose when they report. */
export const category = z.strictObject({
  name: localText,
  /** Shown under the name in the form. */
  hint: localText.optional(),
  faultClass,
  /** Left out: the fault class itself. */
  joinClass: faultClass.optional(),
  /** Which assets it can be about; left out: any, or a mere place. */
  assetType: z.string().optional(),
  public: z.boolean().default(true),
})
export type Category = z.infer<typeof category>

/** Who gets a case. Rules in order, first match wins, none is triage. */
export const route = z.strictObject({
  /** Lower comes first. */
  order: z.int().min(0).max(100_000),
  when: z
    .strictObject({
      category: slug.optional(),
      area: slug.optional(),
      maintainer: z.string().optional(),
      source: z.enum(['alarm', 'citizen']).optional(),
    })
    .default({}),
  unit: slug,
})
export type Route = z.infer<typeof route>

/** A part of the organisation, or a contractor's desk, that cases go to. */
export const unit = z.strictObject({
  name: z.string().min(1).max(120),
  email: z.email().optional(),
})
export type Unit = z.infer<typeof unit>

/** A named area: a closed ring of [lon, lat] pairs, as GeoJSON polygons have it. */
export const area = z.strictObject({
  name: z.string().min(1).max(120),
  ring: z
    .array(z.tuple([z.number(), z.number()]))
    .min(4)
    .max(5_000),
})
export type Area = z.infer<typeof area>
