import type { AlarmView, WhyView } from '../../alarms/views.ts'
import { Link } from 'react-router'
import { useFormat } from '../format/use-format.ts'
import { useMessages } from '../messages/language.tsx'
import { Moment } from '../parts/moment.tsx'
import { valueText } from '../parts/value-text.ts'
import { becauseOf, qualityText } from './because.ts'
import { evidenceLines, membersOf, type EvidenceLine } from './evidence-lines.ts'

interface EvidenceTableProps {
  readonly alarm: AlarmView
  readonly evidence: WhyView['evidence']
}

/** The readings that raised an alarm, as they were, and what was made of them. */
export function EvidenceTable({ alarm, evidence }: EvidenceTableProps) {
  const messages = useMessages()
  const format = useFormat()
  const { alarms, why } = messages
  const words = { format, messages }
  const lines = evidenceLines(evidence)
  const isComputed = lines.some(({ computed }) => computed !== null)
  return (
    <>
      <p className="because number">{becauseOf(alarm, words)}</p>
      {alarm.gathered !== null && <Needed limit={lines[0]?.limit ?? null} />}
      {alarm.gathered !== null && (
        <Members members={membersOf(evidence)} count={lines[0]?.value ?? null} />
      )}
      {alarm.gathered === null && (
        <table className="folds">
          <caption>{alarms.evidenceHint}</caption>
          <thead>
            <tr>
              <th scope="col">{alarms.role}</th>
              <th scope="col">{alarms.value}</th>
              {isComputed && <th scope="col">{why.computed}</th>}
              <th scope="col">{alarms.limit}</th>
              <th scope="col">{alarms.quality}</th>
              <th scope="col">{alarms.measuredAt}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={line.key}>
                <td>{line.role === '' ? messages.common.none : line.role}</td>
                <td className="number">{valueText(line.value, '', words)}</td>
                {isComputed && (
                  <td className="number">
                    <span className="fold-label">{why.computed} </span>
                    {numberText(line.computed)}
                  </td>
                )}
                <td className="number">
                  <span className="fold-label">{alarms.limit} </span>
                  {limitText(line)}
                </td>
                <td>{qualityText(line.quality, messages)}</td>
                <td>
                  <Moment at={line.at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  )

  function numberText(value: number | null): string {
    return value === null ? messages.common.none : format.number(value)
  }

  /** Silence is of no role: its limit is how long nothing was heard, in seconds. */
  function limitText({ role, limit }: EvidenceLine): string {
    return role === '' && limit !== null ? format.span(limit * 1_000) : numberText(limit)
  }
}

/** From how many assets on it is one alarm instead of many. */
function Needed({ limit }: { readonly limit: number | null }) {
  const { why } = useMessages()
  return limit === null ? null : <p>{why.gatheredLimit(limit)}</p>
}

interface MembersProps {
  readonly members: ReturnType<typeof membersOf>
  /** Of all that it began with. */
  readonly count: EvidenceLine['value']
}

/** What it was made of when it began: the first by name, the others by number. */
function Members({ members, count }: MembersProps) {
  const { why } = useMessages()
  const more = typeof count === 'number' ? count - members.length : 0
  if (members.length === 0) return null
  return (
    <p>
      {why.members}:{' '}
      {members.map(({ id, name }, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <Link to={`/assets/${encodeURIComponent(id)}`}>{name}</Link>
        </span>
      ))}
      {more > 0 && ` ${why.moreMembers(more)}`}
    </p>
  )
}
