import { useMutation } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { CaseChoicesView } from '../../api/case-choices-view.ts'
import { giveCase, type Given, type Giving } from '../api/case-commands.ts'
import type { Refusal } from '../api/refusal.ts'
import { useMessages } from '../messages/language.tsx'
import { SelectField } from '../parts/select-field.tsx'
import { givingOf, peopleOf, withUnit, type GiveInput } from './give-input.ts'
import type { StepDialogProps } from './handling.tsx'
import { useRefresh } from './refresh.ts'
import { StepForm } from './step-form.tsx'

/** Gives a case to a unit, or to somebody of it. */
export function GiveDialog({ seen, choices, onClose, onDone }: StepDialogProps) {
  const { handling } = useMessages()
  const [input, setInput] = useState(() => beginning({ seen, choices }))
  const [same, setSame] = useState(false)
  const giving = useGiving({ seen, onClose, onDone })
  const submit = () => {
    const given = givingOf(seen, input)
    setSame(given === undefined)
    if (given !== undefined) giving.mutate(given)
  }
  const wrong = same ? handling.liesThere : undefined
  const errors = useMemo(
    () => (wrong === undefined ? [] : [['give-unit', wrong] as const]),
    [wrong],
  )
  return (
    <StepForm
      title={`${seen.number}: ${handling.give}`}
      errors={errors}
      asking={giving}
      submitText={handling.give}
      onSubmit={submit}
      onClose={onClose}
    >
      <HolderFields choices={choices} input={input} set={setInput} wrong={wrong} />
    </StepForm>
  )
}

/** Where it lies now; a deputy of another unit cannot be chosen again. */
function beginning({
  seen,
  choices,
}: Pick<StepDialogProps, 'seen' | 'choices'>): GiveInput {
  const [unit, person] = [seen.unit ?? '', seen.assignee ?? '']
  return withUnit(choices, { unit, person }, unit)
}

interface HolderFieldsProps {
  readonly choices: CaseChoicesView
  readonly input: GiveInput
  readonly set: (input: GiveInput) => void
  readonly wrong: string | undefined
}

function HolderFields({ choices, input, set, wrong }: HolderFieldsProps) {
  const { handling, cases, caseList } = useMessages()
  const unit = choices.units.find(({ id }) => id === input.unit)
  const people = peopleOf(choices, input.unit)
  return (
    <>
      <SelectField
        id="give-unit"
        label={cases.unit}
        hint={unit?.contractor === true ? handling.contractorHint : undefined}
        wrong={wrong}
        value={input.unit}
        choices={[
          ['', caseList.triage],
          ...choices.units.map(({ id, name }) => [id, name] as const),
        ]}
        onChoose={(chosen) => set(withUnit(choices, input, chosen))}
      />
      {people.length > 0 && (
        <SelectField
          id="give-person"
          label={handling.person}
          value={input.person}
          choices={[
            ['', handling.queue],
            ...people.map(({ id, name }) => [id, name] as const),
          ]}
          onChoose={(person) => set({ ...input, person })}
        />
      )}
    </>
  )
}

function useGiving({
  seen: { id },
  onClose,
  onDone,
}: Pick<StepDialogProps, 'seen' | 'onClose' | 'onDone'>) {
  const refresh = useRefresh(id)
  return useMutation<Given, Refusal, Giving>({
    mutationFn: (giving) => giveCase(id, giving),
    onSuccess: (given, { person = null }) => {
      onDone({ kind: 'given', given, asked: person })
      onClose()
    },
    onSettled: refresh,
  })
}
