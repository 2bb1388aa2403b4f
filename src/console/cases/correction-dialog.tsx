import { useMutation } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { CaseView } from '../../cases/views.ts'
import { correctCase, type Correction } from '../api/case-commands.ts'
import type { Refusal } from '../api/refusal.ts'
import { textIn } from '../format/format.ts'
import { useMessages, useSpoken } from '../messages/language.tsx'
import { AssetSearch } from '../parts/asset-search.tsx'
import { SelectField } from '../parts/select-field.tsx'
import { casePriorities, correctionOf, type CorrectionInput } from './correction-input.ts'
import type { StepDialogProps } from './handling.tsx'
import { useRefresh } from './refresh.ts'
import { StepForm } from './step-form.tsx'

/** Says that a case is about something else; the routes then say who gets it. */
export function CorrectionDialog(props: StepDialogProps) {
  const { seen, onClose } = props
  const { handling } = useMessages()
  const [input, setInput] = useState<CorrectionInput>({
    category: seen.category.id,
    priority: seen.priority,
    asset: null,
  })
  const [same, setSame] = useState(false)
  const correcting = useCorrecting(props)
  const submit = () => {
    const correction = correctionOf(seen, input)
    setSame(correction === undefined)
    if (correction !== undefined) correcting.mutate(correction)
  }
  const wrong = same ? handling.unchanged : undefined
  const errors = useMemo(
    () => (wrong === undefined ? [] : [['correct-category', wrong] as const]),
    [wrong],
  )
  return (
    <StepForm
      title={`${seen.number}: ${handling.correct}`}
      hint={handling.correctHint}
      errors={errors}
      asking={correcting}
      submitText={handling.correctSubmit}
      onSubmit={submit}
      onClose={onClose}
    >
      <AboutFields {...props} input={input} set={setInput} wrong={wrong} />
    </StepForm>
  )
}

interface AboutFieldsProps extends StepDialogProps {
  readonly input: CorrectionInput
  readonly set: (input: CorrectionInput) => void
  readonly wrong: string | undefined
}

function AboutFields({ seen, choices, input, set, wrong }: AboutFieldsProps) {
  const { language, messages } = useSpoken()
  const { cases, common } = messages
  const asset = input.asset ?? seen.asset
  return (
    <>
      <SelectField
        id="correct-category"
        label={cases.category}
        wrong={wrong}
        value={input.category}
        choices={[
          // A fault class that no category has.
          ...(seen.category.id === ''
            ? [['', textIn(seen.category.name, language)] as const]
            : []),
          ...choices.categories.map(
            ({ id, name }) => [id, textIn(name, language)] as const,
          ),
        ]}
        onChoose={(category) => set({ ...input, category })}
      />
      <SelectField
        id="correct-priority"
        label={cases.priority}
        value={input.priority}
        choices={casePriorities.map((one) => [one, cases.priorities[one]])}
        onChoose={(value) =>
          set({
            ...input,
            priority: casePriorities.find((one) => one === value) ?? input.priority,
          })
        }
      />
      <p>
        <strong>{cases.asset}: </strong>
        <output>{asset?.name ?? common.none}</output>
      </p>
      <AssetSearch
        id="correct-asset"
        without={new Set(asset === null ? [] : [asset.id])}
        full={false}
        onChoose={(chosen) => set({ ...input, asset: chosen })}
      />
    </>
  )
}

function useCorrecting({ seen: { id }, onClose, onDone }: StepDialogProps) {
  const refresh = useRefresh(id)
  return useMutation<CaseView, Refusal, Correction>({
    mutationFn: (correction) => correctCase(id, correction),
    onSuccess: ({ unit }) => {
      onDone({ kind: 'corrected', unit })
      onClose()
    },
    onSettled: refresh,
  })
}
