import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState, type FormEvent } from 'react'
import type { AbsenceView } from '../../assignment/absence-views.ts'
import { addAbsence, type NewAbsence } from '../api/case-commands.ts'
import { absencesQuery, caseChoicesQuery } from '../api/case-queries.ts'
import { asRefusal, type Refusal } from '../api/refusal.ts'
import { civilOf } from '../format/civil-time.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { ErrorSummary } from '../parts/error-summary.tsx'
import { Field } from '../parts/field.tsx'
import { RefusalBox } from '../parts/refusal-box.tsx'
import { SelectField } from '../parts/select-field.tsx'
import { useCan, useSession } from '../session/session.ts'
import {
  readAbsence,
  withPerson,
  type AbsenceInput,
  type WrongField,
} from './absence-input.ts'
import { DeputyFields } from './deputy-fields.tsx'

interface AbsenceDialogProps {
  readonly onAdded: () => void
  readonly onClose: () => void
}

/** Says when somebody is away, and who stands in. */
export function AbsenceDialog({ onAdded, onClose }: AbsenceDialogProps) {
  const { absences, login, common } = useMessages()
  const mayChange = useMayChange()
  const { input, set, wrong, adding, submit } = useAdding(() => {
    onAdded()
    onClose()
  })
  const errors = useMemo(
    () => wrong.map((field) => [fieldOf[field], absences.wrong[field]] as const),
    [wrong, absences],
  )
  return (
    <Dialog title={absences.add} onClose={onClose}>
      <ErrorSummary title={login.errors} errors={errors} />
      {adding.error !== null && <Refused refusal={asRefusal(adding.error)} />}
      <form onSubmit={submit} noValidate>
        <WhoAndWhen input={input} set={set} wrong={wrong} />
        <DeputyFields input={input} set={set} />
        <Check
          checked={input.alsoOpen}
          label={absences.alsoOpen}
          onChange={(alsoOpen) => set({ ...input, alsoOpen })}
        />
        <Check
          checked={input.handBack}
          label={absences.handBack}
          onChange={(handBack) => set({ ...input, handBack })}
        />
        <div className="buttons">
          <button
            type="submit"
            className="strong"
            disabled={adding.isPending || !mayChange}
          >
            {absences.save}
          </button>
          <button type="button" onClick={onClose}>
            {common.cancel}
          </button>
        </div>
      </form>
    </Dialog>
  )
}

/** Away on some of the days already is what happens in a normal year, so it is said well. */
function Refused({ refusal }: { readonly refusal: Refusal }) {
  const { absences } = useMessages()
  const isTaken = refusal.details.kind === 'conflict'
  return <RefusalBox refusal={refusal} said={isTaken ? absences.awayAlready : undefined} />
}

function useAdding(onAdded: () => void) {
  const { user, organisation } = useSession()
  const mayAny = useCan('absence.any')
  const client = useQueryClient()
  const [today] = useState(() => todayIn(organisation.timezone))
  const [input, set] = useState<AbsenceInput>({
    person: mayAny ? '' : user.id,
    from: today,
    to: '',
    deputies: [],
    alsoOpen: false,
    handBack: true,
  })
  const [wrong, setWrong] = useState<readonly WrongField[]>([])
  const adding = useMutation<AbsenceView, Refusal, NewAbsence>({
    mutationFn: addAbsence,
    onSuccess: onAdded,
    onSettled: () => client.invalidateQueries({ queryKey: absencesQuery.queryKey }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const read = readAbsence(input, today)
    setWrong('wrong' in read ? read.wrong : [])
    if (!('wrong' in read)) adding.mutate(read)
  }
  return { input, set, wrong, adding, submit }
}

/** `2026-11-22`, as the calendar on the wall says it. */
function todayIn(timeZone: string): string {
  return civilOf(new Date(), timeZone).slice(0, 'yyyy-mm-dd'.length)
}

interface AbsenceFieldsProps {
  readonly input: AbsenceInput
  readonly set: (input: AbsenceInput) => void
  readonly wrong: readonly WrongField[]
}

function WhoAndWhen({ input, set, wrong }: AbsenceFieldsProps) {
  const { absences } = useMessages()
  const mayAny = useCan('absence.any')
  const { data } = useQuery(caseChoicesQuery)
  const { people = [] } = data ?? {}
  const wrongWith = (...fields: readonly WrongField[]) => {
    const found = fields.find((field) => wrong.includes(field))
    return found === undefined ? undefined : absences.wrong[found]
  }
  return (
    <>
      {mayAny && (
        <SelectField
          id="absence-person"
          label={absences.person}
          wrong={wrongWith('person')}
          value={input.person}
          choices={[
            ['', absences.choosePerson],
            ...people.map(({ id, name }) => [id, name] as const),
          ]}
          onChoose={(person) => set(withPerson(input, person))}
        />
      )}
      <div className="pair">
        <Field
          id="absence-from"
          type="date"
          label={absences.from}
          wrong={wrongWith('from')}
          value={input.from}
          onChange={(event) => set({ ...input, from: event.currentTarget.value })}
        />
        <Field
          id="absence-to"
          type="date"
          label={absences.to}
          wrong={wrongWith('to', 'order', 'over')}
          value={input.to}
          onChange={(event) => set({ ...input, to: event.currentTarget.value })}
        />
      </div>
      <p className="hint">{absences.daysHint}</p>
    </>
  )
}

interface CheckProps {
  readonly checked: boolean
  readonly label: string
  readonly onChange: (checked: boolean) => void
}

function Check({ checked, label, onChange }: CheckProps) {
  return (
    <label className="check">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      {label}
    </label>
  )
}

const fieldOf: Readonly<Record<WrongField, string>> = {
  person: 'absence-person',
  from: 'absence-from',
  to: 'absence-to',
  order: 'absence-to',
  over: 'absence-to',
}
