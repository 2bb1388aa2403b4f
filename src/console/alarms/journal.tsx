import { useQuery } from '@tanstack/react-query'
import type { TransitionView } from '../../alarms/views.ts'
import { journalQuery } from '../api/queries.ts'
import { useMessages } from '../messages/language.tsx'
import { actorName } from '../parts/actor-name.ts'
import { Loaded } from '../parts/loaded.tsx'
import { Moment } from '../parts/moment.tsx'

/** Everything that ever happened to an alarm, the newest first. */
export function Journal({ id }: { readonly id: string }) {
  const { alarms, common } = useMessages()
  const query = useQuery(journalQuery(id))
  return (
    <Loaded query={query}>
      {(transitions) => (
        <table className="folds">
          <caption className="hidden-text">{alarms.journal}</caption>
          <thead>
            <tr>
              <th scope="col">{common.time}</th>
              <th scope="col">{alarms.event}</th>
              <th scope="col">{alarms.becomes}</th>
              <th scope="col">{common.who}</th>
              <th scope="col">{common.comment}</th>
            </tr>
          </thead>
          <tbody>
            {transitions
              .toSorted((a, b) => b.sequence - a.sequence)
              .map((transition) => (
                <Line key={transition.id} transition={transition} />
              ))}
          </tbody>
        </table>
      )}
    </Loaded>
  )
}

function Line({ transition }: { readonly transition: TransitionView }) {
  const messages = useMessages()
  const { events, standings, historical } = messages.alarms
  const { event, from, to, at, actor, comment } = transition
  return (
    <tr>
      <td>
        <Moment at={at} />
      </td>
      <td>
        {events[event] ?? event}
        {transition.historical && ` (${historical})`}
        {transition.suppression.length > 0 && <small>{kept(transition)}</small>}
      </td>
      <td>{from === to ? messages.common.none : (standings[to] ?? to)}</td>
      <td>{actorName(actor, messages)}</td>
      <td>{comment ?? messages.common.none}</td>
    </tr>
  )

  /** The reasons that kept it from people after this, by their kinds. */
  function kept({ suppression }: TransitionView): string {
    const names: Readonly<Record<string, string>> = messages.why.kinds
    return [...new Set(suppression.map(({ kind }) => names[kind] ?? kind))].join(', ')
  }
}
