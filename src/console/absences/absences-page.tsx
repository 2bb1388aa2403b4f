import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { AbsenceView } from '../../assignment/absence-views.ts'
import { endAbsence } from '../api/case-commands.ts'
import { absencesQuery } from '../api/case-queries.ts'
import { asRefusal } from '../api/refusal.ts'
import { actorWords } from '../cases/event-words.ts'
import { useNames } from '../cases/use-names.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import { Heading } from '../parts/heading.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Moment } from '../parts/moment.tsx'
import { RefusalBox } from '../parts/refusal-box.tsx'
import { AbsenceDialog } from './absence-dialog.tsx'

const states: readonly AbsenceView['state'][] = ['running', 'planned', 'over']

/** Who is away, who will be and who was, as far as one may know; and how to say more. */
export function AbsencesPage() {
  const { absences } = useMessages()
  const query = useQuery(absencesQuery)
  const mayChange = useMayChange()
  const [asked, setAsked] = useState(false)
  const [added, setAdded] = useState(false)
  return (
    <>
      <Heading text={absences.title} />
      <p>{absences.lead}</p>
      <div className="buttons">
        <button
          type="button"
          className="strong"
          disabled={!mayChange}
          onClick={() => {
            setAdded(false)
            setAsked(true)
          }}
        >
          {absences.add}
        </button>
        <output>{added && absences.added}</output>
      </div>
      <Loaded query={query}>
        {(list) =>
          states.map((state) => (
            <section key={state} aria-labelledby={`absences-${state}`}>
              <h2 id={`absences-${state}`}>{absences.states[state]}</h2>
              <AbsenceTable
                list={list.filter((one) => one.state === state)}
                state={state}
              />
            </section>
          ))
        }
      </Loaded>
      {asked && (
        <AbsenceDialog onAdded={() => setAdded(true)} onClose={() => setAsked(false)} />
      )}
    </>
  )
}

interface AbsenceTableProps {
  readonly list: readonly AbsenceView[]
  readonly state: AbsenceView['state']
}

function AbsenceTable({ list, state }: AbsenceTableProps) {
  const { absences, alarms } = useMessages()
  if (list.length === 0) return <p>{absences.empty[state]}</p>
  return (
    <table className="folds">
      <caption className="hidden-text">{absences.states[state]}</caption>
      <thead>
        <tr>
          <th scope="col">{absences.person}</th>
          <th scope="col">{absences.since}</th>
          <th scope="col">{absences.back}</th>
          <th scope="col">{absences.deputies}</th>
          <th scope="col">{absences.openCases}</th>
          <th scope="col">{absences.by}</th>
          {state !== 'over' && <th scope="col">{alarms.action}</th>}
        </tr>
      </thead>
      <tbody>
        {list.map((one) => (
          <AbsenceRow key={one.id} absence={one} />
        ))}
      </tbody>
    </table>
  )
}

function AbsenceRow({ absence }: { readonly absence: AbsenceView }) {
  const messages = useMessages()
  const { absences, common } = messages
  const names = useNames()
  const { person, from, to, deputies, scope, handBack, state, by } = absence
  return (
    <tr>
      <td className="cell-message">{names.person(person)}</td>
      <td>
        <span className="fold-label">{absences.since} </span>
        <Moment at={from} />
      </td>
      <td>
        <span className="fold-label">{absences.back} </span>
        <Moment at={to} />
      </td>
      <td>
        <span className="fold-label">{absences.deputies} </span>
        {deputies.length === 0 ? absences.nearest : deputies.map(names.person).join(', ')}
      </td>
      <td>
        <span className="fold-label">{absences.openCases} </span>
        {scope === 'also_open' ? absences.goOver : absences.stay}
        {handBack && <small>{absences.handedBack}</small>}
      </td>
      <td>
        <span className="fold-label">{absences.by} </span>
        {by === '' ? common.none : actorWords({ actor: by, data: {} }, messages, names)}
      </td>
      {state !== 'over' && (
        <td className="cell-action">
          <End absence={absence} name={names.person(person)} />
        </td>
      )}
    </tr>
  )
}

interface EndProps {
  readonly absence: AbsenceView
  readonly name: string
}

function End({ absence: { id, state }, name }: EndProps) {
  const { absences } = useMessages()
  const mayChange = useMayChange()
  const client = useQueryClient()
  const what = state === 'planned' ? absences.takeBack : absences.end
  const ending = useMutation({
    mutationFn: () => endAbsence(id),
    onSettled: () => client.invalidateQueries({ queryKey: absencesQuery.queryKey }),
  })
  return (
    <>
      <button
        type="button"
        disabled={ending.isPending || !mayChange}
        aria-label={`${what}: ${name}`}
        onClick={() => ending.mutate()}
      >
        {what}
      </button>
      {ending.error !== null && <RefusalBox refusal={asRefusal(ending.error)} />}
    </>
  )
}
