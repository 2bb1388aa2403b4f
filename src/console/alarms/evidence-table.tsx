import type { AlarmView } from '../../alarms/views.ts'
import { useFormat } from '../format/use-format.ts'
import { useMessages } from '../messages/language.tsx'
import { Moment } from '../parts/moment.tsx'
import { valueText } from '../parts/value-text.ts'
import { becauseText, qualityText } from './because.ts'

/** The readings that raised an alarm, as they were. */
export function EvidenceTable({ alarm }: { readonly alarm: AlarmView }) {
  const messages = useMessages()
  const format = useFormat()
  const { alarms } = messages
  const words = { format, messages }
  return (
    <>
      <p className="because number">{becauseText(alarm.because, words)}</p>
      <table className="folds">
        <caption>{alarms.evidenceHint}</caption>
        <thead>
          <tr>
            <th scope="col">{alarms.role}</th>
            <th scope="col">{alarms.value}</th>
            <th scope="col">{alarms.limit}</th>
            <th scope="col">{alarms.quality}</th>
            <th scope="col">{alarms.measuredAt}</th>
          </tr>
        </thead>
        <tbody>
          {alarm.because.map((one) => (
            <tr key={`${one.role} ${one.at}`}>
              <td>{one.role === '' ? messages.common.none : one.role}</td>
              <td className="number">{valueText(one.value, '', words)}</td>
              <td className="number">{limitText(one.role, one.limit)}</td>
              <td>{qualityText(one.quality, messages)}</td>
              <td>
                <Moment at={one.at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )

  function limitText(role: string, limit: number | null): string {
    if (limit === null) return messages.common.none
    return role === '' ? format.span(limit * 1_000) : format.number(limit)
  }
}
