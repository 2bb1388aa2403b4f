import { useQuery } from '@tanstack/react-query'
import { caseChoicesQuery } from '../api/case-queries.ts'
import { useMessages } from '../messages/language.tsx'
import { SelectField } from '../parts/select-field.tsx'
import { DEPUTIES_MAX, withDeputy, type AbsenceInput } from './absence-input.ts'

interface DeputyFieldsProps {
  readonly input: AbsenceInput
  readonly set: (input: AbsenceInput) => void
}

/** Who stands in, in order; whoever is chosen comes last. */
export function DeputyFields({ input, set }: DeputyFieldsProps) {
  const { absences } = useMessages()
  const { data } = useQuery(caseChoicesQuery)
  const { people = [] } = data ?? {}
  const { person, deputies } = input
  const nameOf = (id: string) => people.find((one) => one.id === id)?.name ?? id
  const others = people.filter(({ id }) => id !== person && !deputies.includes(id))
  return (
    <fieldset className="plain-set">
      <legend>{absences.deputies}</legend>
      <p className="hint">{absences.deputiesHint}</p>
      {deputies.length > 0 && (
        <ol className="chips">
          {deputies.map((id) => (
            <li key={id}>
              <button
                type="button"
                aria-label={absences.remove(nameOf(id))}
                onClick={() =>
                  set({ ...input, deputies: deputies.filter((one) => one !== id) })
                }
              >
                {nameOf(id)}
                <span aria-hidden="true"> ×</span>
              </button>
            </li>
          ))}
        </ol>
      )}
      {deputies.length < DEPUTIES_MAX && (
        <SelectField
          id="absence-deputy"
          label={absences.nextDeputy}
          value=""
          choices={[
            ['', absences.chooseDeputy],
            ...others.map(({ id, name }) => [id, name] as const),
          ]}
          onChoose={(id) => set(withDeputy(input, id))}
        />
      )}
    </fieldset>
  )
}
