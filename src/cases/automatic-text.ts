import type { ScopedQueries } from '../database/database.ts'
import type { Language } from '../domain/language.ts'
import type { CaseRow } from './case-row.ts'
import type { CaseCatalogue } from './catalogue.ts'
import { automaticText, type Moment } from './template.ts'
import { externalStatus, templateFacts } from './template-facts.ts'

/**
 * What the organisation says in its own words, without anybody choosing them, of a case that is in a
 * state: the same to everybody. Languages without such words are left out.
 */
export async function automaticTexts(
  query: ScopedQueries,
  catalogue: CaseCatalogue,
  asked: {
    readonly row: CaseRow
    readonly of: Pick<Moment, 'state' | 'reason'>
    readonly languages: readonly Language[]
    readonly medium: 'mail' | 'page'
  },
): Promise<Partial<Record<Language, string>>> {
  const { templates } = catalogue
  if (templates === undefined || templates.size === 0) return {}
  const { row, of, languages, medium } = asked
  const moment = {
    ...of,
    externalStatus: await externalStatus(query, row.id),
    category: row.category,
  }
  const texts: Partial<Record<Language, string>> = {}
  for (const language of languages) {
    const facts = await templateFacts(query, catalogue, { row, language })
    const text = automaticText(templates, moment, { language, facts, medium })
    if (text !== undefined) texts[language] = text
  }
  return texts
}
