import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { WindowView } from '../../alarms/windows.ts'
import { endWork } from '../api/control-commands.ts'
import { windowsQuery } from '../api/control-queries.ts'
import { asRefusal } from '../api/refusal.ts'
import { useFormat } from '../format/use-format.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import { actorName } from '../parts/actor-name.ts'
import { Heading } from '../parts/heading.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Moment } from '../parts/moment.tsx'
import { RefusalBox } from '../parts/refusal-box.tsx'
import { useCan } from '../session/session.ts'
import { PlanDialog } from './plan-dialog.tsx'
import { ScopeText } from './scope-text.tsx'

const states: readonly WindowView['state'][] = ['running', 'planned', 'over']

/** Planned work: what runs, what is to come, what was; and how to plan more. */
export function MaintenancePage() {
  const { maintenance } = useMessages()
  const query = useQuery(windowsQuery)
  const mayPlan = useCan('maintenance.plan')
  const mayChange = useMayChange()
  const [asked, setAsked] = useState(false)
  const [planned, setPlanned] = useState(false)
  return (
    <>
      <Heading text={maintenance.title} />
      <p>{maintenance.lead}</p>
      {mayPlan && (
        <div className="buttons">
          <button
            type="button"
            className="strong"
            disabled={!mayChange}
            onClick={() => {
              setPlanned(false)
              setAsked(true)
            }}
          >
            {maintenance.planTitle}
          </button>
          <output>{planned && maintenance.planned}</output>
        </div>
      )}
      <Loaded query={query}>
        {(windows) =>
          states.map((state) => (
            <section key={state} aria-labelledby={`windows-${state}`}>
              <h2 id={`windows-${state}`}>{maintenance.states[state]}</h2>
              <Windows
                windows={windows.filter((one) => one.state === state)}
                state={state}
                mayEnd={mayPlan && state !== 'over'}
              />
            </section>
          ))
        }
      </Loaded>
      {asked && (
        <PlanDialog onPlanned={() => setPlanned(true)} onClose={() => setAsked(false)} />
      )}
    </>
  )
}

interface WindowsProps {
  readonly windows: readonly WindowView[]
  readonly state: WindowView['state']
  readonly mayEnd: boolean
}

function Windows({ windows, state, mayEnd }: WindowsProps) {
  const { maintenance, alarms } = useMessages()
  if (windows.length === 0) return <p>{maintenance.empty[state]}</p>
  return (
    <table className="folds">
      <caption className="hidden-text">{maintenance.states[state]}</caption>
      <thead>
        <tr>
          <th scope="col">{maintenance.reason}</th>
          <th scope="col">{maintenance.where}</th>
          <th scope="col">{maintenance.from}</th>
          <th scope="col">{maintenance.to}</th>
          <th scope="col">{maintenance.by}</th>
          {mayEnd && <th scope="col">{alarms.action}</th>}
        </tr>
      </thead>
      <tbody>
        {windows.map((window) => (
          <WindowRow key={window.id} window={window} mayEnd={mayEnd} />
        ))}
      </tbody>
    </table>
  )
}

function WindowRow({
  window,
  mayEnd,
}: {
  readonly window: WindowView
  readonly mayEnd: boolean
}) {
  const messages = useMessages()
  const { maintenance } = messages
  const format = useFormat()
  const { reason, scope, from, to, by, endedAt, endedBy } = window
  return (
    <tr>
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
      {mayEnd && (
        <td className="cell-action">
          <End window={window} />
        </td>
      )}
    </tr>
  )
}

function End({ window }: { readonly window: WindowView }) {
  const { maintenance } = useMessages()
  const mayChange = useMayChange()
  const client = useQueryClient()
  const ending = useMutation({
    mutationFn: () => endWork(window.id),
    onSettled: () => client.invalidateQueries({ queryKey: windowsQuery.queryKey }),
  })
  return (
    <>
      <button
        type="button"
        disabled={ending.isPending || !mayChange}
        aria-label={maintenance.endOf(window.reason)}
        onClick={() => ending.mutate()}
      >
        {window.state === 'planned' ? maintenance.takeBack : maintenance.end}
      </button>
      {ending.error !== null && <RefusalBox refusal={asRefusal(ending.error)} />}
    </>
  )
}
