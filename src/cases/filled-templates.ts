import type { ScopedQueries } from '../database/database.ts'
import { language } from '../domain/language.ts'
import { caseById } from './change.ts'
import type { CaseCatalogue } from './catalogue.ts'
import { externalStatus, templateFacts } from './template-facts.ts'
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

/** What fits when the case comes into a state; the most particular first. Throws Problem not_found. */
export async function filledTemplates(
  query: ScopedQueries,
  catalogue: CaseCatalogue,
  {
    id,
    moment,
  }: { readonly id: string; readonly moment: Pick<Partial<Moment>, 'state' | 'reason'> },
): Promise<readonly FilledTemplate[]> {
  const row = await caseById(query, id)
  const fitting = templatesFor(catalogue.templates ?? new Map(), {
    state: moment.state ?? row.state,
    reason: moment.reason ?? null,
    externalStatus: await externalStatus(query, id),
    category: row.category,
  })
  const facts = new Map(
    await Promise.all(
      language.options.map(
        async (one) =>
          [one, await templateFacts(query, catalogue, { row, language: one })] as const,
      ),
    ),
  )
  return fitting.map(([template, { name, automatic, text }]) => {
    const filled = language.options.flatMap((one) => {
      const words = text[one]
      return words === undefined ? [] : [[one, fill(words, facts.get(one) ?? {})] as const]
    })
    return {
      id: template,
      name,
      automatic,
      texts: Object.fromEntries(filled.map(([one, { text: words }]) => [one, words])),
      missing: [...new Set(filled.flatMap(([, { missing }]) => missing))],
    }
  })
}
