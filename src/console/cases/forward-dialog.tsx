import { useMutation } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { forwardCase } from '../api/case-commands.ts'
import type { Refusal } from '../api/refusal.ts'
import { useMessages } from '../messages/language.tsx'
import { SelectField } from '../parts/select-field.tsx'
import { TextArea } from '../parts/text-area.tsx'
import type { StepDialogProps } from './handling.tsx'
import { useRefresh } from './refresh.ts'
import { StepForm } from './step-form.tsx'

interface ForwardInput {
  readonly partner: string
  readonly text: string
}

type WrongField = 'partner' | 'text'

/** Longest text that a partner is sent. */
const LONGEST = 3_000

/** Hands a case to another organisation, with words that are written for it. */
export function ForwardDialog(props: StepDialogProps) {
  const { seen, onClose } = props
  const { handling } = useMessages()
  const [input, setInput] = useState<ForwardInput>({ partner: '', text: '' })
  const [wrong, setWrong] = useState<readonly WrongField[]>([])
  const forwarding = useForwarding(props)
  const submit = () => {
    const missing = missingIn(input)
    setWrong(missing)
    if (missing.length === 0) forwarding.mutate(input)
  }
  const errors = useMemo(
    () => wrong.map((field) => [`forward-${field}`, handling.missing[field]] as const),
    [wrong, handling],
  )
  return (
    <StepForm
      title={`${seen.number}: ${handling.forward}`}
      errors={errors}
      asking={forwarding}
      submitText={handling.forward}
      onSubmit={submit}
      onClose={onClose}
    >
      <ForwardFields {...props} input={input} set={setInput} wrong={wrong} />
    </StepForm>
  )
}

interface ForwardFieldsProps extends StepDialogProps {
  readonly input: ForwardInput
  readonly set: (input: ForwardInput) => void
  readonly wrong: readonly WrongField[]
}

function ForwardFields({ choices, input, set, wrong }: ForwardFieldsProps) {
  const { handling } = useMessages()
  const wrongWith = (field: WrongField) =>
    wrong.includes(field) ? handling.missing[field] : undefined
  return (
    <>
      <SelectField
        id="forward-partner"
        label={handling.partner}
        wrong={wrongWith('partner')}
        value={input.partner}
        choices={[
          ['', handling.choosePartner],
          ...choices.partners.map(({ id, name }) => [id, name] as const),
        ]}
        onChoose={(partner) => set({ ...input, partner })}
      />
      <TextArea
        id="forward-text"
        label={handling.forwardText}
        hint={handling.forwardHint}
        wrong={wrongWith('text')}
        rows={4}
        maxLength={LONGEST}
        value={input.text}
        onChange={(event) => set({ ...input, text: event.currentTarget.value })}
      />
    </>
  )
}

function missingIn(input: ForwardInput): readonly WrongField[] {
  const fields: readonly WrongField[] = ['partner', 'text']
  return fields.filter((field) => input[field].trim() === '')
}

function useForwarding({ seen: { id, version }, onClose, onDone }: StepDialogProps) {
  const refresh = useRefresh(id)
  return useMutation<unknown, Refusal, ForwardInput>({
    mutationFn: ({ partner, text }) =>
      forwardCase(id, { version, partner, text: text.trim() }),
    onSuccess: () => {
      onDone({ kind: 'forwarded' })
      onClose()
    },
    onSettled: refresh,
  })
}
