import type { Question } from '../../cases/category.ts'
import { textIn } from '../format/format.ts'
import { useSpoken } from '../messages/language.tsx'
import { Field } from '../parts/field.tsx'
import { SelectField } from '../parts/select-field.tsx'
import { answerField, dangerOf } from './answers.ts'

interface QuestionProps {
  readonly question: Question
  readonly said: readonly string[]
  readonly wrong: string | undefined
  readonly onSay: (said: readonly string[]) => void
}

/** A question of the category, and whom to call where the answer is a danger. */
export function QuestionField(props: QuestionProps) {
  const { question, said } = props
  const { language, messages } = useSpoken()
  const danger = dangerOf(question, said)
  if (question.answer === 'info')
    return <p className="notice">{textIn(question.text, language)}</p>
  return (
    <>
      <AnswerField {...props} />
      {danger !== undefined && (
        <div className="refusal" role="alert">
          <p>
            <strong>{messages.intake.callFirst(danger.phone)}</strong>
          </p>
          <p>{textIn(danger.text, language)}</p>
        </div>
      )}
    </>
  )
}

/** Characters of an answer; the service takes no more. */
const ANSWER_MAX = 500

function AnswerField({ question, said, wrong, onSay }: QuestionProps) {
  const { language, messages } = useSpoken()
  const { code, answer, required, text, choices } = question
  const asked = textIn(text, language)
  const label = required ? asked : `${asked} (${messages.common.optional})`
  const [only = ''] = said
  const own = { id: answerField(code), label, wrong, value: only }
  if (answer === 'several')
    return <SeveralField question={question} said={said} wrong={wrong} onSay={onSay} />
  if (answer === 'one')
    return (
      <SelectField
        {...own}
        choices={[
          ['', messages.intake.chooseAnswer],
          ...choices.map(({ key, name }) => [key, textIn(name, language)] as const),
        ]}
        onChoose={(key) => onSay([key])}
      />
    )
  return (
    <Field
      {...own}
      type={answer === 'time' ? 'datetime-local' : 'text'}
      inputMode={answer === 'number' ? 'decimal' : undefined}
      maxLength={ANSWER_MAX}
      autoComplete="off"
      onChange={(event) => onSay([event.currentTarget.value])}
    />
  )
}

function SeveralField({ question, said, wrong, onSay }: QuestionProps) {
  const { language, messages } = useSpoken()
  const { code, required, text, choices } = question
  const id = answerField(code)
  return (
    <fieldset
      id={id}
      tabIndex={-1}
      className="plain-set"
      aria-describedby={wrong === undefined ? undefined : `${id}-wrong`}
    >
      <legend>
        {textIn(text, language)}
        {!required && ` (${messages.common.optional})`}
      </legend>
      {wrong !== undefined && (
        <p className="wrong" id={`${id}-wrong`}>
          {wrong}
        </p>
      )}
      <div className="checks">
        {choices.map(({ key, name }) => (
          <label key={key} className="check">
            <input
              type="checkbox"
              checked={said.includes(key)}
              onChange={(event) =>
                onSay(
                  event.currentTarget.checked
                    ? [...said, key]
                    : said.filter((one) => one !== key),
                )
              }
            />
            {textIn(name, language)}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
