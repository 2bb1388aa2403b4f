import { useQuery } from '@tanstack/react-query'
import { Link, useSearchParams } from 'react-router'
import type { CaseView } from '../../cases/views.ts'
import { casesQuery, LIST_MAX, type Which } from '../api/queries.ts'
import { textIn } from '../format/format.ts'
import { useSpoken } from '../messages/language.tsx'
import { Choices } from '../parts/choices.tsx'
import { Heading } from '../parts/heading.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Since } from '../parts/moment.tsx'

const both: readonly Which[] = ['open', 'all']

/** The cases that are open, or all of them. */
export function CasesPage() {
  const { messages } = useSpoken()
  const [search] = useSearchParams()
  const which: Which = search.get('which') === 'all' ? 'all' : 'open'
  const query = useQuery(casesQuery(which))
  return (
    <>
      <Heading text={messages.cases.title} />
      <Choices
        label={messages.cases.title}
        names={both}
        chosen={which}
        textOf={(name) => messages.cases.which[name]}
        search={(name) => (name === 'open' ? '' : `?which=${name}`)}
      />
      <Loaded query={query}>
        {(cases) =>
          cases.length === 0 ? (
            <p className="quiet-list">{messages.cases.empty}</p>
          ) : (
            <>
              {cases.length >= LIST_MAX && <p>{messages.common.listIsCut(LIST_MAX)}</p>}
              <CaseTable cases={cases} />
            </>
          )
        }
      </Loaded>
    </>
  )
}

/** Cases as a table; on a narrow screen each row folds into a few lines. */
export function CaseTable({ cases }: { readonly cases: readonly CaseView[] }) {
  const { messages } = useSpoken()
  const words = messages.cases
  return (
    <table className="cases folds">
      <caption className="hidden-text">{words.title}</caption>
      <thead>
        <tr>
          <th scope="col">{messages.common.number}</th>
          <th scope="col">{words.category}</th>
          <th scope="col">{words.asset}</th>
          <th scope="col">{words.state}</th>
          <th scope="col">{words.unit}</th>
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
      <td className="number cell-message">
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
      </td>
      <td>{item.unit ?? messages.common.none}</td>
      <td>
        <Since at={item.openedAt} />
      </td>
      <td>{words.reportCount(item.reports.alarm, item.reports.human)}</td>
    </tr>
  )
}

/** Where a case stands, and why it was closed. */
export function CaseStateText({ item }: { readonly item: CaseView }) {
  const { cases } = useSpoken().messages
  return (
    <>
      <span>{cases.states[item.state]}</span>
      {item.closingReason !== null && <small>{cases.reasons[item.closingReason]}</small>}
    </>
  )
}
