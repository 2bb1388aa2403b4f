import type { CaseDetailView } from '../../cases/views.ts'
import { useMessages } from '../messages/language.tsx'
import { actorName } from '../parts/actor-name.ts'
import { Moment } from '../parts/moment.tsx'
import { eventWords } from './event-words.ts'

type CaseEvent = CaseDetailView['events'][number]

/** What happened to a case, the newest first. What the public does not see says so. */
export function Timeline({ events }: { readonly events: readonly CaseEvent[] }) {
  return (
    <ol className="timeline" reversed>
      {events
        .toSorted((a, b) => b.sequence - a.sequence)
        .map((event) => (
          <Entry key={event.id} event={event} />
        ))}
    </ol>
  )
}

function Entry({ event }: { readonly event: CaseEvent }) {
  const messages = useMessages()
  const text = event.data['text']
  return (
    <li className={event.visibility === 'internal' ? 'is-internal' : undefined}>
      <p className="small">
        <Moment at={event.at} /> · {actorName(event.actor, messages)}
        {event.visibility === 'internal' && ` · ${messages.cases.internal}`}
      </p>
      <p>{eventWords(event, messages)}</p>
      {typeof text === 'string' && <blockquote>{text}</blockquote>}
    </li>
  )
}
