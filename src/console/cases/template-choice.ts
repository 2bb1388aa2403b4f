import type { Language } from '../../domain/language.ts'
import type { TemplateView } from '../api/case-queries.ts'

/** One text that can be taken: a template in one of its languages. */
export interface TemplateChoice {
  /** Of the template and its language. */
  readonly key: string
  readonly name: string
  readonly language: string
  readonly text: string
  readonly automatic: boolean
  readonly missing: readonly string[]
}

/** Every text there is: by template, in the language of the reader first. */
export function templateChoices(
  templates: readonly TemplateView[],
  language: Language,
): readonly TemplateChoice[] {
  return templates.flatMap(({ id, name, automatic, texts, missing }) =>
    Object.entries(texts)
      .toSorted(([a], [b]) => Number(b === language) - Number(a === language))
      .map(([of, text]) => {
        return { key: `${id} ${of}`, name, language: of, text, automatic, missing }
      }),
  )
}

/** What was written stays; a text that is taken comes below it. */
export function withTemplate(written: string, { text }: TemplateChoice): string {
  const before = written.trim()
  return before === '' ? text : `${before}\n\n${text}`
}
