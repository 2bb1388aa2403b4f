import { useQuery } from '@tanstack/react-query'
import type { AbsenceView } from '../../assignment/absence-views.ts'
import { endAbsence } from '../api/case-commands.ts'
import { absencesQuery } from '../api/case-queries.ts'
import { actorWords } from '../cases/event-words.ts'
import { useNames } from '../cases/use-names.ts'
import { useMessages } from '../messages/language.tsx'
import { Heading } from '../parts/heading.tsx'
import { Moment } from '../parts/moment.tsx'
import { AskButton, useAsking } from '../periods/ask-button.tsx'
import { EndButton } from '../periods/end-button.tsx'
import { PeriodList } from '../periods/period-list.tsx'
import { AbsenceDialog } from './absence-dialog.tsx'

const states: readonly AbsenceView['state'][] = ['running', 'planned', 'over']

/** Who is away, who will be and who was, as far as one may know; and how to say more. */
export function AbsencesPage() {
  const { absences } = useMessages()
  const query = useQuery(absencesQuery)
  const { asked, isMade, ask, made, close } = useAsking<true>()
  const { person, since, back, deputies, openCases, by } = absences
  return (
    <>
      <Heading text={absences.title} />
      <p>{absences.lead}</p>
      <AskButton
        text={absences.add}
        onAsk={() => ask(true)}
        said={absences.added}
        isMade={isMade}
      />
      <PeriodList
        name="absences"
        query={query}
        order={states}
        texts={absences}
        columns={[person, since, back, deputies, openCases, by]}
        Cells={Cells}
        End={End}
      />
      {asked && <AbsenceDialog onAdded={made} onClose={close} />}
    </>
  )
}

interface RowProps {
  readonly one: AbsenceView
}

function End({ one: { id, state, person } }: RowProps) {
  const { absences } = useMessages()
  const names = useNames()
  return (
    <EndButton
      text={state === 'planned' ? absences.takeBack : absences.end}
      of={names.person(person)}
      end={() => endAbsence(id)}
      queryKey={absencesQuery.queryKey}
    />
  )
}

function Cells({ one }: RowProps) {
  const messages = useMessages()
  const { absences, common } = messages
  const names = useNames()
  const { person, from, to, deputies, scope, handBack, by } = one
  return (
    <>
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
    </>
  )
}
