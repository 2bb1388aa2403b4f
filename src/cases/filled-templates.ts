import type { ScopedQueries } from '../database/database.ts'
import { language } from '../domain/language.ts'
import { caseById } from './change.ts'
import type { CaseCatalogue } from './catalogue.ts'
import { externalStatus, templateFacts, type DescribedCase } from './template-facts.ts'
import { fill, templatesFor, type Moment, type Placeholder } from './template.ts'

/** A template with the facts of a case in it, for somebody who is about to move it or to say something. */
export interface FilledTemplate {
  readonly id: string
  readonly name: string
  /** Stands in letters anyway. */
  readonly automatic: boolean
  /** By language. */
  readonly texts: Readonly<Record<string, string>>
  /** Facts that the case does not have; `…` stands in their place. */
  readonly missing: readonly Placeholder[]
}

type When = Pick<Partial<Moment>, 'state' | 'reason'>

/** What fits when the case comes into a state; the most particular first. Throws Problem not_found. */
export async function filledTemplates(
  query: ScopedQueries,
  catalogue: CaseCatalogue,
  { id, moment }: { readonly id: string; readonly moment: When },
): Promise<readonly FilledTemplate[]> {
  const row = await caseById(query, id)
  return await filled(query, catalogue, {
    row,
    moment: {
      state: moment.state ?? row.state,
      reason: moment.reason ?? null,
      externalStatus: await externalStatus(query, id),
      category: row.category,
    },
  })
}

/** The same of a case that a report is about to open: it has no number yet, and nobody has it. */
export async function templatesBeforehand(
  query: ScopedQueries,
  catalogue: CaseCatalogue,
  {
    category,
    asset = null,
    moment: { state = 'received', reason = null },
  }: { readonly category: string; readonly asset?: string | null; readonly moment: When },
): Promise<readonly FilledTemplate[]> {
  const row = { ...unopened, category, asset }
  return await filled(query, catalogue, { row, moment: { state, reason, category } })
}

const unopened = {
  number: null,
  unit: null,
  planned_for: null,
  answer_by: null,
  forwarded_to: null,
  forwarded_reference: null,
}

async function filled(
  query: ScopedQueries,
  catalogue: CaseCatalogue,
  { row, moment }: { readonly row: DescribedCase; readonly moment: Moment },
): Promise<readonly FilledTemplate[]> {
  const facts = new Map(
    await Promise.all(
      language.options.map(
        async (one) =>
          [one, await templateFacts(query, catalogue, { row, language: one })] as const,
      ),
    ),
  )
  const fitting = templatesFor(catalogue.templates ?? new Map(), moment)
  return fitting.map(([template, { name, automatic, text }]) => {
    const found = language.options.flatMap((one) => {
      const words = text[one]
      return words === undefined ? [] : [[one, fill(words, facts.get(one) ?? {})] as const]
    })
    return {
      id: template,
      name,
      automatic,
      texts: Object.fromEntries(found.map(([one, { text: words }]) => [one, words])),
      missing: [...new Set(found.flatMap(([, { missing }]) => missing))],
    }
  })
}
