import type { CaseDetailView } from '../../cases/views.ts'
import { useMessages } from '../messages/language.tsx'
import { Moment } from '../parts/moment.tsx'
import { actorWords, eventWords } from './event-words.ts'
import { useNames } from './use-names.ts'

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
  const names = useNames()
  const text = event.data['text']
  return (
    <li className={event.visibility === 'internal' ? 'is-internal' : undefined}>
      <p className="small">
        <Moment at={event.at} /> · {actorWords(event, messages, names)}
        {event.visibility === 'internal' && ` · ${messages.cases.internal}`}
      </p>
      <p>{eventWords(event, messages, names)}</p>
      {typeof text === 'string' && <blockquote>{text}</blockquote>}
    </li>
  )
}
