import { useQuery } from '@tanstack/react-query'
import type { WindowView } from '../../alarms/windows.ts'
import { endWork } from '../api/control-commands.ts'
import { windowsQuery } from '../api/control-queries.ts'
import { useFormat } from '../format/use-format.ts'
import { useMessages } from '../messages/language.tsx'
import { actorName } from '../parts/actor-name.ts'
import { Heading } from '../parts/heading.tsx'
import { Moment } from '../parts/moment.tsx'
import { AskButton, useAsking } from '../periods/ask-button.tsx'
import { EndButton } from '../periods/end-button.tsx'
import { PeriodList } from '../periods/period-list.tsx'
import { useCan } from '../session/session.ts'
import { PlanDialog } from './plan-dialog.tsx'
import { ScopeText } from './scope-text.tsx'

const states: readonly WindowView['state'][] = ['running', 'planned', 'over']

/** Planned work: what runs, what is to come, what was; and how to plan more. */
export function MaintenancePage() {
  const { maintenance } = useMessages()
  const query = useQuery(windowsQuery)
  const mayPlan = useCan('maintenance.plan')
  const { asked, isMade, ask, made, close } = useAsking<true>()
  const { reason, where, from, to, by } = maintenance
  return (
    <>
      <Heading text={maintenance.title} />
      <p>{maintenance.lead}</p>
      {mayPlan && (
        <AskButton
          text={maintenance.planTitle}
          onAsk={() => ask(true)}
          said={maintenance.planned}
          isMade={isMade}
        />
      )}
      <PeriodList
        name="windows"
        query={query}
        order={states}
        texts={maintenance}
        columns={[reason, where, from, to, by]}
        Cells={Cells}
        End={mayPlan ? End : undefined}
      />
      {asked && <PlanDialog onPlanned={made} onClose={close} />}
    </>
  )
}

interface RowProps {
  readonly one: WindowView
}

function End({ one: { id, state, reason } }: RowProps) {
  const { maintenance } = useMessages()
  return (
    <EndButton
      text={state === 'planned' ? maintenance.takeBack : maintenance.end}
      of={reason}
      end={() => endWork(id)}
      queryKey={windowsQuery.queryKey}
    />
  )
}

function Cells({ one }: RowProps) {
  const messages = useMessages()
  const { maintenance } = messages
  const format = useFormat()
  const { reason, scope, from, to, by, endedAt, endedBy } = one
  return (
    <>
      <td className="cell-message">{reason}</td>
      <td>
        <ScopeText scope={scope} />
      </td>
      <td>
        <span className="fold-label">{maintenance.from} </span>
        <Moment at={from} />
      </td>
      <td>
        <span className="fold-label">{maintenance.to} </span>
        <Moment at={to} />
        {endedAt !== null && endedBy !== null && (
          <small className="number">
            {maintenance.endedBy(
              actorName(endedBy, messages),
              format.dateTime(new Date(endedAt)),
            )}
          </small>
        )}
      </td>
      <td>{actorName(by, messages)}</td>
    </>
  )
}
