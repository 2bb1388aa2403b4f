import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { templatesQuery, type Described, type TemplateMoment } from '../api/case-queries.ts'
import { catalogues, languages } from '../messages/catalogues.ts'
import { useSpoken } from '../messages/language.tsx'
import type { Messages } from '../messages/messages.ts'
import { SelectField } from '../parts/select-field.tsx'
import { templateChoices, type TemplateChoice } from './template-choice.ts'

interface TemplatesProps {
  readonly item: Described
  readonly moment: TemplateMoment
  readonly id: string
  readonly onTake: (choice: TemplateChoice) => void
}

/** Texts that the organisation has ready for this moment; nothing where it has none. */
export function Templates({ item, moment, id, onTake }: TemplatesProps) {
  const { language, messages } = useSpoken()
  const { handling } = messages
  const { data = [] } = useQuery(templatesQuery(item, moment))
  const [taken, setTaken] = useState<TemplateChoice>()
  const choices = templateChoices(data, language)
  if (choices.length === 0) return undefined
  const lacking = taken?.missing.map((fact) => handling.facts[fact] ?? fact) ?? []
  const choose = (key: string) => {
    const choice = choices.find((one) => one.key === key)
    setTaken(choice)
    if (choice !== undefined) onTake(choice)
  }
  return (
    <SelectField
      id={id}
      label={handling.templates}
      hint={lacking.length === 0 ? undefined : handling.lacks(lacking.join(', '))}
      value={taken?.key ?? ''}
      choices={[
        ['', handling.chooseTemplate],
        ...choices.map((choice) => [choice.key, wordsOf(choice, messages)] as const),
      ]}
      onChoose={choose}
    />
  )
}

/** Its name, its language, and whether it stands in letters without being chosen. */
function wordsOf(
  { name, language: of, automatic }: TemplateChoice,
  { handling }: Messages,
) {
  const language = languages.find((one) => one === of)
  const named = language === undefined ? of : catalogues[language].languageName
  return `${name} · ${named}${automatic ? ` (${handling.automatic})` : ''}`
}
