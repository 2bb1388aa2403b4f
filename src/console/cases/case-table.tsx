import { Link } from 'react-router'
import type { CaseView } from '../../cases/views.ts'
import { textIn } from '../format/format.ts'
import { useMessages, useSpoken } from '../messages/language.tsx'
import { Since } from '../parts/moment.tsx'
import { Due } from './due.tsx'
import { useNames } from './use-names.ts'

/** Cases as a table; on a narrow screen each row folds into a few lines. */
export function CaseTable({ cases }: { readonly cases: readonly CaseView[] }) {
  const { cases: words, common } = useMessages()
  return (
    <table className="cases folds">
      <caption className="hidden-text">{words.title}</caption>
      <thead>
        <tr>
          <th scope="col">{common.number}</th>
          <th scope="col">{words.category}</th>
          <th scope="col">{words.asset}</th>
          <th scope="col">{words.state}</th>
          <th scope="col">{words.unit}</th>
          <th scope="col">{words.due}</th>
          <th scope="col">{words.opened}</th>
          <th scope="col">{words.reports}</th>
        </tr>
      </thead>
      <tbody>
        {cases.map((item) => (
          <CaseRow key={item.id} item={item} />
        ))}
      </tbody>
    </table>
  )
}

function CaseRow({ item }: { readonly item: CaseView }) {
  const { language, messages } = useSpoken()
  const words = messages.cases
  return (
    <tr>
      <td className="number cell-message cell-case">
        <Link to={`/cases/${item.id}`}>{item.number}</Link>
      </td>
      <td>{textIn(item.category.name, language)}</td>
      <td className="cell-asset">
        {item.asset === null ? (
          messages.common.none
        ) : (
          <Link to={`/assets/${item.asset.id}`}>{item.asset.name}</Link>
        )}
        {item.assets > 0 && ` ${words.assetCount(item.assets)}`}
      </td>
      <td className="cell-state">
        <CaseStateText item={item} />
        {item.priority === 'urgent' && (
          <strong className="one-line">{words.priorities.urgent}</strong>
        )}
      </td>
      <td>
        <Holder item={item} />
      </td>
      <td>
        <span className="fold-label">{words.due} </span>
        <Due item={item} />
      </td>
      <td>
        <span className="fold-label">{words.opened} </span>
        <Since at={item.openedAt} />
      </td>
      <td>{words.reportCount(item.reports.alarm, item.reports.human)}</td>
    </tr>
  )
}

/** The unit that has a case, and below it the person. */
function Holder({ item }: { readonly item: CaseView }) {
  const { common } = useMessages()
  const names = useNames()
  return (
    <>
      {item.unit === null ? common.none : names.unit(item.unit)}
      {item.assignee !== null && <small>{names.person(item.assignee)}</small>}
    </>
  )
}

/** Where a case stands, and why it was closed. */
export function CaseStateText({
  item,
}: {
  readonly item: Pick<CaseView, 'state' | 'closingReason'>
}) {
  const { cases } = useMessages()
  return (
    <>
      <span>{cases.states[item.state]}</span>
      {item.closingReason !== null && <small>{cases.reasons[item.closingReason]}</small>}
    </>
  )
}
