import { useQueries } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { CaseDetailView } from '../../cases/views.ts'
import { alarmQuery } from '../api/queries.ts'
import { textIn } from '../format/format.ts'
import { useSpoken } from '../messages/language.tsx'
import { PriorityMark } from '../parts/priority-mark.tsx'
import { isAcknowledged } from '../alarms/order.ts'
import { StateText } from '../alarms/state-text.tsx'

/** Each alarm is one question to the service, so more than this are only counted. */
const SHOWN = 20

/** The alarms that made a case or joined it; several occurrences of one alarm are one line. */
export function CaseAlarms({ alarms }: { readonly alarms: CaseDetailView['alarms'] }) {
  const { language, messages } = useSpoken()
  const ids = [...new Set(alarms.map(({ id }) => id))]
  const shown = ids.slice(0, SHOWN)
  const queries = useQueries({ queries: shown.map((id) => alarmQuery(id)) })
  return (
    <>
      <ul className="plain">
        {shown.map((id, index) => {
          const alarm = queries[index]?.data
          return (
            <li key={id} className="line">
              {alarm === undefined ? (
                <Link to={`/alarms/${id}`}>{id}</Link>
              ) : (
                <>
                  <PriorityMark priority={alarm.priority} calls={!isAcknowledged(alarm)} />
                  <Link to={`/alarms/${id}`}>
                    {textIn(alarm.rule.name, language)}, {alarm.asset.name}
                  </Link>
                  <span>
                    <StateText alarm={alarm} />
                  </span>
                </>
              )}
            </li>
          )
        })}
      </ul>
      {ids.length > SHOWN && <p>{messages.common.listIsCut(SHOWN)}</p>}
    </>
  )
}
