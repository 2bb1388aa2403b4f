import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { ContractorCaseView } from '../../contractors/views.ts'
import { contractorOrdersQuery, grantedCasesQuery } from '../api/contractor-work.ts'
import { CaseStateText } from '../cases/case-table.tsx'
import { Due } from '../cases/due.tsx'
import { textIn } from '../format/format.ts'
import { useMessages, useSpoken } from '../messages/language.tsx'
import { Heading } from '../parts/heading.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { OrderItem } from './order-item.tsx'

/** What others gave the contractor to do. */
export function WorkPage() {
  const { work, cases } = useMessages()
  const granted = useQuery(grantedCasesQuery)
  const ordered = useQuery(contractorOrdersQuery)
  return (
    <>
      <Heading text={work.title} />
      <p>{work.lead}</p>
      <section aria-labelledby="work-cases">
        <h2 id="work-cases">{cases.title}</h2>
        <Loaded query={granted}>
          {(all) =>
            all.length === 0 ? <p>{work.noCases}</p> : <GrantedTable cases={all} />
          }
        </Loaded>
      </section>
      <section aria-labelledby="work-orders">
        <h2 id="work-orders">{work.orders}</h2>
        <Loaded query={ordered}>
          {(all) =>
            all.length === 0 ? (
              <p>{work.noOrders}</p>
            ) : (
              all.map((order) => <OrderItem key={order.id} order={order} />)
            )
          }
        </Loaded>
      </section>
    </>
  )
}

function GrantedTable({ cases }: { readonly cases: readonly ContractorCaseView[] }) {
  const { language, messages } = useSpoken()
  const { cases: words, common, work } = messages
  return (
    <table className="folds">
      <caption className="hidden-text">{words.title}</caption>
      <thead>
        <tr>
          <th scope="col">{common.number}</th>
          <th scope="col">{work.customer}</th>
          <th scope="col">{words.category}</th>
          <th scope="col">{words.asset}</th>
          <th scope="col">{words.state}</th>
          <th scope="col">{words.due}</th>
        </tr>
      </thead>
      <tbody>
        {cases.map((item) => (
          <tr key={item.id}>
            <td className="number cell-message">
              <Link to={`/work/${item.organisation.id}/${item.id}`}>{item.number}</Link>
            </td>
            <td>{item.organisation.name}</td>
            <td>{textIn(item.category.name, language)}</td>
            <td>{item.asset?.name ?? item.address ?? common.none}</td>
            <td>
              <CaseStateText item={item} />
            </td>
            <td>
              <span className="fold-label">{words.due} </span>
              <Due item={item} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
