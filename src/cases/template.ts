import { z } from 'zod'
import { slug } from '../domain/ids.ts'
import type { Language } from '../domain/language.ts'
import { caseState, closingReason, type CaseState, type ClosingReason } from './views.ts'

/** As long as what staff may say at once. */
const words = z.string().trim().min(1).max(2_000)

/** A text in the languages that it was written in; letters in others keep the words of the house. */
const written = z
  .strictObject({ sv: words.optional(), nb: words.optional(), en: words.optional() })
  .refine((texts) => Object.keys(texts).length > 0, 'a text in at least one language')

/**
 * What an organisation says of its cases in its own words. Staff pick one and change it as they
 * like; an `automatic` one stands in letters and on follow pages beside what the house says itself.
 */
export const template = z.strictObject({
  /** What staff know it by. */
  name: z.string().min(1).max(120),
  when: z
    .strictObject({
      /** The state that the case comes into. */
      state: caseState.exclude(['hidden', 'reopen_requested']).optional(),
      /** The reason that it is closed with. */
      reason: closingReason.optional(),
      /** What another organisation calls the state of its own case. */
      externalStatus: z.string().min(1).max(60).optional(),
      /** Left out: any. */
      categories: z.array(slug).min(1).max(100).optional(),
    })
    .refine(
      ({ state, reason, externalStatus }) =>
        state !== undefined || reason !== undefined || externalStatus !== undefined,
      'a state, a reason or an external status',
    ),
  /** What the public reads. `{number}` and the like stand for facts of the case. */
  text: written,
  /** Of letters, where they are to say something else; left out: the same. */
  mail: written.optional(),
  /** Stands in letters and on follow pages without anybody choosing it. */
  automatic: z.boolean().default(false),
})
export type Template = z.infer<typeof template>

/** What a text may name between braces. */
export const placeholders = [
  'number',
  'category',
  'place',
  'organisation',
  'unit',
  'date',
  'outside',
  'reference',
] as const
export type Placeholder = (typeof placeholders)[number]

/** Facts of a case; what it does not have is left out. */
export type TemplateFacts = Readonly<Partial<Record<Placeholder, string>>>

const marks = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g

/** What is wrong with a text: a name that stands for nothing, or a brace that is not doubled. */
export type TemplateFault =
  | { readonly kind: 'unknown'; readonly name: string }
  | { readonly kind: 'brace' }

/** Everything wrong with a text; empty for a good one. Pure. */
export function templateFaults(text: string): readonly TemplateFault[] {
  return [...text.matchAll(marks)].flatMap(([mark, name]): TemplateFault[] => {
    if (name !== undefined) return isPlaceholder(name) ? [] : [{ kind: 'unknown', name }]
    return mark.length === 1 ? [{ kind: 'brace' }] : []
  })
}

export interface Filled {
  readonly text: string
  /** What the case does not have; `…` stands there. */
  readonly missing: readonly Placeholder[]
}

/** Puts the facts of a case into a text; `{{` and `}}` become braces. One pass: facts name nothing. */
export function fill(text: string, facts: TemplateFacts): Filled {
  const missing = new Set<Placeholder>()
  const filled = text.replaceAll(marks, (mark: string, name: string | undefined) => {
    if (name === undefined) return mark.charAt(0)
    if (!isPlaceholder(name)) return mark
    const fact = facts[name]
    if (fact !== undefined) return fact
    missing.add(name)
    return '…'
  })
  return { text: filled, missing: [...missing] }
}

function isPlaceholder(name: string): name is Placeholder {
  return placeholders.some((one) => one === name)
}

/** What a template is looked for by. */
export interface Moment {
  readonly state: CaseState
  readonly reason: ClosingReason | null
  readonly externalStatus?: string | undefined
  readonly category: string
}

/** Those that fit, the most particular first, then by id. Pure. */
export function templatesFor(
  templates: ReadonlyMap<string, Template>,
  moment: Moment,
): readonly (readonly [id: string, template: Template])[] {
  return [...templates]
    .filter(([, { when }]) => fits(when, moment))
    .toSorted(
      ([a, one], [b, other]) => weight(other.when) - weight(one.when) || (a < b ? -1 : 1),
    )
}

function fits(
  { state, reason, externalStatus, categories }: Template['when'],
  moment: Moment,
): boolean {
  return (
    (state === undefined || state === moment.state) &&
    (reason === undefined || (reason === moment.reason && moment.state === 'closed')) &&
    (externalStatus === undefined || externalStatus === moment.externalStatus) &&
    (categories === undefined || categories.includes(moment.category))
  )
}

function weight({ reason, externalStatus, categories }: Template['when']): number {
  return (
    (externalStatus === undefined ? 0 : 4) +
    (reason === undefined ? 0 : 2) +
    (categories === undefined ? 0 : 1)
  )
}

/**
 * What an automatic template adds in this language to a letter, or on the page of a follow link;
 * undefined for nothing. One that names a fact which the case does not have is passed over.
 */
export function automaticText(
  templates: ReadonlyMap<string, Template>,
  moment: Moment,
  {
    language,
    facts,
    medium,
  }: {
    readonly language: Language
    readonly facts: TemplateFacts
    readonly medium: 'mail' | 'page'
  },
): string | undefined {
  for (const [, { automatic, text, mail }] of templatesFor(templates, moment)) {
    const words = { ...text, ...(medium === 'mail' && mail) }
    const own = automatic ? words[language] : undefined
    const filled = own === undefined ? undefined : fill(own, facts)
    if (filled?.missing.length === 0) return filled.text
  }
  return undefined
}
