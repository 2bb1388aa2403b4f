import type { CaseChoicesView } from '../../api/case-choices-view.ts'
import { textIn } from '../format/format.ts'
import { useSpoken } from '../messages/language.tsx'
import { SelectField } from '../parts/select-field.tsx'
import { TextArea } from '../parts/text-area.tsx'
import { answerField } from './answers.ts'
import { aboutElse, doors, type IntakeCategory } from './intake-input.ts'
import { QuestionField } from './question-field.tsx'
import type { PartProps } from './use-taking.ts'

interface AboutFieldsProps extends PartProps {
  readonly choices: CaseChoicesView
  /** The one that is chosen. */
  readonly category: IntakeCategory | undefined
}

/** How it comes in, what has happened, and what its category asks. */
export function AboutFields({ input, set, wrongOf, choices, category }: AboutFieldsProps) {
  const { language, messages } = useSpoken()
  const { intake, cases } = messages
  return (
    <>
      <SelectField
        id="intake-source"
        label={intake.source}
        value={input.source}
        choices={doors.map((door) => [door, cases.sources[door] ?? door])}
        onChoose={(chosen) =>
          set({ source: doors.find((door) => door === chosen) ?? input.source })
        }
      />
      <TextArea
        id="intake-text"
        label={intake.text}
        hint={intake.textHint}
        wrong={wrongOf('intake-text')}
        rows={4}
        maxLength={2_000}
        value={input.text}
        onChange={(event) => set({ text: event.currentTarget.value })}
      />
      <SelectField
        id="intake-category"
        label={cases.category}
        wrong={wrongOf('intake-category')}
        value={input.category}
        choices={[
          ['', intake.chooseCategory],
          ...choices.categories.map(
            ({ id, name }) => [id, textIn(name, language)] as const,
          ),
        ]}
        onChoose={(chosen) => set(aboutElse(input, { category: chosen }))}
      />
      {category?.questions.map((question) => (
        <QuestionField
          key={`${category.id} ${question.code}`}
          question={question}
          said={input.answers[question.code] ?? []}
          wrong={wrongOf(answerField(question.code))}
          onSay={(said) => set({ answers: { ...input.answers, [question.code]: said } })}
        />
      ))}
    </>
  )
}
