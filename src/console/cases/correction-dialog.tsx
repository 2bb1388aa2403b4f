import { useMutation } from '@tanstack/react-query'
import { useMemo, useState, type FormEvent } from 'react'
import type { CaseView } from '../../cases/views.ts'
import { correctCase, type Correction } from '../api/case-commands.ts'
import { asRefusal, type Refusal } from '../api/refusal.ts'
import { textIn } from '../format/format.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages, useSpoken } from '../messages/language.tsx'
import { AssetSearch } from '../parts/asset-search.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { ErrorSummary } from '../parts/error-summary.tsx'
import { SelectField } from '../parts/select-field.tsx'
import { casePriorities, correctionOf, type CorrectionInput } from './correction-input.ts'
import type { StepDialogProps } from './handling.tsx'
import { MoveRefused } from './move-refused.tsx'
import { useRefresh } from './refresh.ts'

/** Says that a case is about something else; the routes then say who gets it. */
export function CorrectionDialog(props: StepDialogProps) {
  const { seen, onClose } = props
  const { handling, common, login } = useMessages()
  const mayChange = useMayChange()
  const [input, setInput] = useState<CorrectionInput>({
    category: seen.category.id,
    priority: seen.priority,
    asset: null,
  })
  const [same, setSame] = useState(false)
  const correcting = useCorrecting(props)
  const submit = (event: FormEvent) => {
    event.preventDefault()
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
    <Dialog title={`${seen.number}: ${handling.correct}`} onClose={onClose}>
      <p className="hint">{handling.correctHint}</p>
      <ErrorSummary title={login.errors} errors={errors} />
      {correcting.error !== null && (
        <MoveRefused refusal={asRefusal(correcting.error)} onClose={onClose} />
      )}
      <form onSubmit={submit} noValidate>
        <AboutFields {...props} input={input} set={setInput} wrong={wrong} />
        <div className="buttons">
          <button
            type="submit"
            className="strong"
            disabled={!mayChange || correcting.isPending}
          >
            {handling.correctSubmit}
          </button>
          <button type="button" onClick={onClose}>
            {common.cancel}
          </button>
        </div>
      </form>
    </Dialog>
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
