import { z } from 'zod'
import type { CaseCatalogue } from '../cases/catalogue.ts'
import { slug } from '../domain/ids.ts'
import { language, type Language } from '../domain/language.ts'

const url = z.url({ protocol: /^https?$/ }).max(500)

/** Name of a secret among the settings of the process. */
const secret = slug

/** The door of an organisation for partners that speak Open311. */
export const open311Door = z.strictObject({
  /** What the organisation is called there; the first is the one that we use ourselves. */
  jurisdictions: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9.-]{0,100}$/, 'a domain such as lysekil.se'))
    .min(1)
    .max(20),
  /** Whom a partner asks when something does not work. */
  contact: z.string().min(1).max(300),
  /** How a partner gets a key. */
  keyService: z.string().min(1).max(300),
  /** Is this the real thing, or for trying? */
  type: z.enum(['production', 'test']).default('production'),
  /** Fetch photos that a partner has only named by their address? */
  fetchMedia: z.boolean().default(true),
  /** Refuse times without a zone, instead of taking them for the organisation's own. */
  strictTimes: z.boolean().default(false),
})
export type Open311Door = z.infer<typeof open311Door>

/** A service of others: one that reports to us, or one that we hand cases to. */
export const partner = z.strictObject({
  name: z.string().min(1).max(120),
  /** Of the texts that it is sent; left out: the organisation's first. */
  language: language.optional(),
  /** It knows more states than open and closed. */
  extended: z.boolean().default(false),
  /** It sends, and shows, several addresses of photos. */
  multiPhotos: z.boolean().default(false),
  /** It sees its own reports also where they are shown to nobody else. */
  seesPrivate: z.boolean().default(false),
  /** Updates are sent to it as soon as they are there, instead of waiting until it asks. */
  push: z
    .strictObject({
      /** Ends before `servicerequestupdates.xml`, usually with a slash. */
      url,
      /** As what the partner knows us. */
      jurisdiction: z.string().min(1).max(100),
      secret,
    })
    .optional(),
  /** It takes cases from us. */
  receives: z
    .strictObject({
      /** Ends before `requests.xml`, usually with a slash. */
      url,
      jurisdiction: z.string().min(1).max(100).optional(),
      secret: secret.optional(),
      /** Our category → its service code. */
      services: z.record(slug, z.string().min(1).max(100)).default({}),
      /** Its service code for every other category. */
      otherwise: z.string().min(1).max(100).optional(),
    })
    .optional(),
})
export type Partner = z.infer<typeof partner>

/** What the door must know of the configuration. The active configuration has this shape. */
export interface Open311Catalogue extends CaseCatalogue {
  /** Undefined: no door. */
  readonly open311?: Open311Door | undefined
  /** By id. */
  readonly partners: ReadonlyMap<string, Partner>
  /** IANA name. */
  readonly zone: string
  readonly languages: readonly Language[]
}

/** The language of what this partner is sent, or of what anybody is. */
export function languageOf(
  { languages }: Pick<Open311Catalogue, 'languages'>,
  partner: Partner | undefined,
): Language {
  return partner?.language ?? languages[0] ?? 'en'
}

/** A configuration id as others write it: letters, digits, hyphens and underscores only. */
export function serviceCode(category: string): string {
  return category.replaceAll('~', '_')
}
