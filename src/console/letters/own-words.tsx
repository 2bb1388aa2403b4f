import { useQuery } from '@tanstack/react-query'
import type { TemplatesView } from '../../api/letter-views.ts'
import { caseChoicesQuery } from '../api/case-queries.ts'
import { ownWordsQuery } from '../api/public-queries.ts'
import { namesIn } from '../cases/names.ts'
import { textIn } from '../format/format.ts'
import { useSpoken } from '../messages/language.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { whenText } from './when-text.ts'

type OwnWord = TemplatesView['templates'][number]

/** What the organisation says in its own words, as it is in force; it is changed in the configuration. */
export function OwnWords() {
  const { letters } = useSpoken().messages
  const query = useQuery(ownWordsQuery)
  return (
    <section aria-labelledby="letters-words">
      <h2 id="letters-words">{letters.templates}</h2>
      <Loaded query={query}>
        {(templates) =>
          templates.length === 0 ? (
            <p>{letters.noTemplates}</p>
          ) : (
            <WordsTable templates={templates} />
          )
        }
      </Loaded>
    </section>
  )
}

function WordsTable({ templates }: { readonly templates: readonly OwnWord[] }) {
  const { language, messages } = useSpoken()
  const { letters } = messages
  const { data } = useQuery(caseChoicesQuery)
  const names = namesIn(data, language)
  return (
    <table className="folds">
      <caption>{letters.templatesHint}</caption>
      <thead>
        <tr>
          <th scope="col">{letters.name}</th>
          <th scope="col">{letters.when}</th>
          <th scope="col">{letters.words}</th>
        </tr>
      </thead>
      <tbody>
        {templates.map((template) => (
          <tr key={template.id}>
            <td className="cell-message">{template.name}</td>
            <td>
              {whenText(template, { messages, names })}
              <small>{template.automatic ? letters.automatic : letters.chosen}</small>
            </td>
            <td className="words">
              {textIn(template.text, language)}
              {template.mail !== null && (
                <small>
                  {letters.inLetters}: {textIn(template.mail, language)}
                </small>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
