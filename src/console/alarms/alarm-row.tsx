import { Link } from 'react-router'
import type { AlarmView } from '../../alarms/views.ts'
import { textIn } from '../format/format.ts'
import { useFormat } from '../format/use-format.ts'
import { useSpoken } from '../messages/language.tsx'
import { Since } from '../parts/moment.tsx'
import { PriorityMark } from '../parts/priority-mark.tsx'
import { becauseOf } from './because.ts'
import { calls, isAcknowledged } from './order.ts'
import { StateText } from './state-text.tsx'

/** What the button of a row does, and whether it may now. */
export interface Acknowledging {
  readonly allowed: boolean
  readonly ask: (alarm: AlarmView) => void
}

interface AlarmRowProps {
  readonly alarm: AlarmView
  readonly gone: boolean
  readonly acknowledge: Acknowledging | undefined
}

export function AlarmRow({ alarm, gone, acknowledge }: AlarmRowProps) {
  const { language, messages } = useSpoken()
  const format = useFormat()
  const calling = !gone && calls(alarm)
  const waits = !gone && !isAcknowledged(alarm)
  const name = textIn(alarm.rule.name, language)
  const priority = messages.alarms.priorities[alarm.priority] ?? ''
  return (
    <tr data-alarm={alarm.id} className={rowClass(gone, calling)}>
      <td className="cell-priority">
        <PriorityMark priority={alarm.priority} calls={calling} />
        <span className="hidden-text">
          {messages.alarms.priority} {alarm.priority}, {priority}
        </span>
      </td>
      <td className="cell-message">
        <Link to={`/alarms/${alarm.id}`} data-row>
          {name}
        </Link>
        <small className="number">{becauseOf(alarm, { format, messages })}</small>
      </td>
      <td className="cell-asset">
        <Link to={`/assets/${alarm.asset.id}`}>{alarm.asset.name}</Link>
      </td>
      <td className="cell-state">
        {gone ? messages.alarms.gone : <StateText alarm={alarm} />}
      </td>
      <td className="cell-since">
        {alarm.raisedAt === null ? messages.common.none : <Since at={alarm.raisedAt} />}
      </td>
      <td className="cell-case number">
        {alarm.case === null ? (
          messages.common.none
        ) : (
          <Link to={`/cases/${alarm.case.id}`}>{alarm.case.number}</Link>
        )}
      </td>
      {acknowledge !== undefined && (
        <td className="cell-action">
          {waits && (
            <button
              type="button"
              disabled={!acknowledge.allowed}
              onClick={() => acknowledge.ask(alarm)}
              aria-label={messages.alarms.acknowledgeOf(`${name}, ${alarm.asset.name}`)}
            >
              {messages.alarms.acknowledge}
            </button>
          )}
        </td>
      )}
    </tr>
  )
}

function rowClass(gone: boolean, calling: boolean): string | undefined {
  if (gone) return 'is-gone'
  return calling ? 'calls' : undefined
}
