import { withTemplate } from '../cases/template-choice.ts'
import { Templates } from '../cases/templates.tsx'
import { closingReasons } from '../cases/move-input.ts'
import { useMessages } from '../messages/language.tsx'
import { Field } from '../parts/field.tsx'
import { SelectField } from '../parts/select-field.tsx'
import { TextArea } from '../parts/text-area.tsx'
import type { PartProps } from './use-taking.ts'

/** What was answered while it was taken down, if anything was. */
export function AnswerFields({ input, set, wrongOf }: PartProps) {
  const { intake, cases } = useMessages()
  return (
    <>
      <label className="check">
        <input
          type="checkbox"
          checked={input.answered}
          onChange={(event) => set({ answered: event.currentTarget.checked })}
        />
        {intake.answered}
      </label>
      {input.answered && (
        <>
          <SelectField
            id="intake-reason"
            label={cases.reason}
            hint={intake.answeredHint}
            wrong={wrongOf('intake-reason')}
            value={input.reason ?? ''}
            choices={[
              ['', cases.chooseReason],
              ...closingReasons.map((one) => [one, cases.reasons[one]] as const),
            ]}
            onChoose={(chosen) =>
              set({ reason: closingReasons.find((one) => one === chosen) })
            }
          />
          {input.reason === 'not_responsible' && (
            <Field
              id="intake-outside"
              label={cases.outside}
              wrong={wrongOf('intake-outside')}
              maxLength={200}
              autoComplete="off"
              value={input.outside}
              onChange={(event) => set({ outside: event.currentTarget.value })}
            />
          )}
          <ReadyTexts input={input} set={set} />
          <TextArea
            id="intake-answer"
            label={cases.publicText}
            hint={cases.publicTextHint}
            wrong={wrongOf('intake-answer')}
            rows={3}
            maxLength={2_000}
            value={input.answer}
            onChange={(event) => set({ answer: event.currentTarget.value })}
          />
        </>
      )}
    </>
  )
}

/** Texts that are ready for the reason, once it is said what it is. */
function ReadyTexts({
  input: { reason, category, asset, answer },
  set,
}: Pick<PartProps, 'input' | 'set'>) {
  if (reason === undefined || category === '') return undefined
  return (
    <Templates
      key={`${category} ${reason}`}
      id="intake-template"
      item={{ category, asset: asset?.id }}
      moment={{ state: 'closed', reason }}
      onTake={(choice) => set({ answer: withTemplate(answer, choice) })}
    />
  )
}
