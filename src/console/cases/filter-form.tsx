import { useMutation, useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Link, useNavigate } from 'react-router'
import { caseChoicesQuery } from '../api/case-queries.ts'
import { caseNumbered } from '../api/case-commands.ts'
import { asRefusal } from '../api/refusal.ts'
import { textIn } from '../format/format.ts'
import { useMessages, useSpoken } from '../messages/language.tsx'
import { Field } from '../parts/field.tsx'
import { RefusalBox } from '../parts/refusal-box.tsx'
import { SelectField } from '../parts/select-field.tsx'
import { useSession } from '../session/session.ts'
import {
  caseStates,
  isCaseNumber,
  isNarrowed,
  narrowedBy,
  type ListFilter,
} from './list-filter.ts'

interface FilterFormProps {
  readonly filter: ListFilter
  /** Shows the list that was asked for. */
  readonly onShow: (filter: ListFilter) => void
}

/** Narrows the list of cases; a whole number leads to its case at once. */
export function FilterForm({ filter, onShow }: FilterFormProps) {
  const { caseList } = useMessages()
  const [typed, setTyped] = useTyped(filter)
  const [open, setOpen] = useState(narrowedBy(filter) > 0)
  const { find, failed } = useFinding()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isCaseNumber(typed.search)) find(typed.search.trim().toUpperCase())
    else onShow(typed)
  }
  return (
    <search>
      {failed}
      <form onSubmit={submit} className="case-filter">
        <Field
          id="case-search"
          type="search"
          label={caseList.search}
          hint={caseList.searchHint}
          maxLength={100}
          autoComplete="off"
          value={typed.search}
          onChange={(event) => setTyped({ ...typed, search: event.currentTarget.value })}
        />
        <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>{caseList.narrow(narrowedBy(filter))}</summary>
          <NarrowFields typed={typed} set={setTyped} />
        </details>
        <div className="buttons">
          <button type="submit" className="strong">
            {caseList.show}
          </button>
          {isNarrowed(filter) && (
            <Link to={{ search: filter.which === 'all' ? '?which=all' : '' }}>
              {caseList.showAll}
            </Link>
          )}
        </div>
      </form>
    </search>
  )
}

/** What is typed follows the address when that changes by itself, as with the button for back. */
function useTyped(filter: ListFilter) {
  const [typed, setTyped] = useState(filter)
  const [seen, setSeen] = useState(filter)
  if (JSON.stringify(seen) !== JSON.stringify(filter)) {
    setSeen(filter)
    setTyped(filter)
  }
  return [typed, setTyped] as const
}

/** Goes to the case with a number, or says that there is none. */
function useFinding() {
  const { caseList } = useMessages()
  const navigate = useNavigate()
  const finding = useMutation({
    mutationFn: caseNumbered,
    onSuccess: (id) => navigate(`/cases/${id}`),
  })
  const refusal = finding.error === null ? undefined : asRefusal(finding.error)
  const failed = refusal !== undefined && (
    <RefusalBox
      refusal={refusal}
      said={
        refusal.details.kind === 'not_found'
          ? caseList.noSuchCase(finding.variables ?? '')
          : undefined
      }
    />
  )
  return { find: finding.mutate, failed }
}

interface NarrowFieldsProps {
  readonly typed: ListFilter
  readonly set: (filter: ListFilter) => void
}

function NarrowFields({ typed, set }: NarrowFieldsProps) {
  const { language, messages } = useSpoken()
  const { cases, caseList } = messages
  const { user } = useSession()
  const { data } = useQuery(caseChoicesQuery)
  const { units = [], categories = [], people = [] } = data ?? {}
  const any = ['', caseList.any] as const
  const others = people.filter(({ id }) => id !== user.id)
  return (
    <div className="pair">
      <SelectField
        id="case-state"
        label={cases.state}
        value={typed.state}
        choices={[any, ...caseStates.map((state) => [state, cases.states[state]] as const)]}
        onChoose={(value) =>
          set({ ...typed, state: caseStates.find((state) => state === value) ?? '' })
        }
      />
      <SelectField
        id="case-unit"
        label={cases.unit}
        value={typed.unit}
        choices={withChosen(typed.unit, [any, ['-', caseList.triage], ...pairsOf(units)])}
        onChoose={(unit) => set({ ...typed, unit })}
      />
      <SelectField
        id="case-category"
        label={cases.category}
        value={typed.category}
        choices={withChosen(typed.category, [
          any,
          ...categories.map(({ id, name }) => [id, textIn(name, language)] as const),
        ])}
        onChoose={(category) => set({ ...typed, category })}
      />
      <SelectField
        id="case-person"
        label={cases.assignee}
        value={typed.person}
        choices={withChosen(typed.person, [
          any,
          [user.id, caseList.me],
          ...pairsOf(others),
        ])}
        onChoose={(person) => set({ ...typed, person })}
      />
    </div>
  )
}

type Choice = readonly [value: string, words: string]

function pairsOf(
  named: readonly { readonly id: string; readonly name: string }[],
): readonly Choice[] {
  return named.map(({ id, name }) => [id, name])
}

/** What the address asks for can be chosen also while, or although, nobody knows its name. */
function withChosen(chosen: string, choices: readonly Choice[]): readonly Choice[] {
  const isThere = choices.some(([value]) => value === chosen)
  return isThere ? choices : [...choices, [chosen, chosen]]
}
