import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { AlarmView } from '../../alarms/views.ts'
import { alarmQuery } from '../api/queries.ts'
import { textIn } from '../format/format.ts'
import { useFormat } from '../format/use-format.ts'
import { useSpoken } from '../messages/language.tsx'
import { actorName } from '../parts/actor-name.ts'
import { useNow } from '../parts/use-now.ts'
import { saysItself } from './suppression.ts'

export type Reason = AlarmView['suppression'][number]

/** Yesterday begins at midnight; a minute late is early enough. */
const AGE_MS = 60_000

/** Why an alarm is kept from people, and until when, in words. */
export function SuppressionText({ reason }: { readonly reason: Reason }) {
  const { messages } = useSpoken()
  const format = useFormat()
  const now = useNow(AGE_MS)
  const until =
    reason.until !== null &&
    ` ${messages.alarms.until(format.moment(new Date(reason.until), now))}`
  return (
    <>
      <What reason={reason} />
      {until}
      {saysItself(reason) && `: ${reason.reason}`}
    </>
  )
}

function What({ reason: { kind, ref, by } }: { readonly reason: Reason }) {
  const { messages } = useSpoken()
  const { kept } = messages.why
  const who = actorName(by, messages)
  switch (kind) {
    case 'shelved':
    case 'shelvedOnce':
    case 'outOfService':
      return kept[kind](who)
    case 'design':
    case 'topology':
      return (
        <>
          {kept[kind]} <OtherAlarm id={ref} />
        </>
      )
    case 'maintenance':
      return <Link to="/maintenance">{kept.maintenance}</Link>
    case 'held':
      return kept.held
    case 'flood':
      return kept.flood(ref)
  }
}

/** The alarm that explains this one; its name when the service has told it. */
function OtherAlarm({ id }: { readonly id: string }) {
  const { language, messages } = useSpoken()
  const { data } = useQuery(alarmQuery(id))
  return (
    <Link to={`/alarms/${id}`}>
      {data === undefined
        ? messages.why.kept.otherAlarm
        : `${textIn(data.rule.name, language)}, ${data.asset.name}`}
    </Link>
  )
}
