import type { AlarmView } from '../../alarms/views.ts'
import { useFormat } from '../format/use-format.ts'
import { useMessages } from '../messages/language.tsx'
import { actorName } from '../parts/actor-name.ts'
import { useNow } from '../parts/use-now.ts'
import { SuppressionText } from './suppression-text.tsx'

/** Yesterday begins at midnight; a minute late is early enough. */
const AGE_MS = 60_000

/** Where an alarm stands, who has seen it, and whether its readings can be relied on. */
export function StateText({ alarm }: { readonly alarm: AlarmView }) {
  const messages = useMessages()
  const format = useFormat()
  const now = useNow(AGE_MS)
  const { state, evidence, acknowledgedAt, acknowledgedBy } = alarm
  const seen =
    state === 'acknowledged' && acknowledgedAt !== null && acknowledgedBy !== null
      ? `${actorName(acknowledgedBy, messages)} ${format.moment(new Date(acknowledgedAt), now)}`
      : undefined
  return (
    <>
      <span>{messages.alarms.states[state]}</span>
      {seen !== undefined && <small className="number">{seen}</small>}
      {alarm.latched && <small>{messages.alarms.latched}</small>}
      {alarm.suppression.map((reason) => (
        <small key={`${reason.kind} ${reason.ref}`}>
          <SuppressionText reason={reason} />
        </small>
      ))}
      {evidence === 'lost' && (
        <small className="lost">
          <span aria-hidden="true">⌀ </span>
          {messages.alarms.evidenceLost}
        </small>
      )}
    </>
  )
}
