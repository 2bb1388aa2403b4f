import type { ContractorOrderView } from '../../work-orders/views.ts'
import { moveContractorOrder } from '../api/contractor-work.ts'
import { textIn } from '../format/format.ts'
import { useMessages, useSpoken } from '../messages/language.tsx'
import { Facts } from '../parts/facts.tsx'
import { Moment } from '../parts/moment.tsx'
import { Moves } from './moves.tsx'
import { PlaceText } from './place-text.tsx'

/** One order: what is to be done, where, and how far it has come. */
export function OrderItem({ order }: { readonly order: ContractorOrderView }) {
  const { language, messages } = useSpoken()
  const { work, cases, common } = messages
  const { organisation, id, version } = order
  return (
    <article aria-labelledby={`order-${id}`}>
      <h3 id={`order-${id}`}>
        {order.number}, {organisation.name}
      </h3>
      <p>{order.text ?? common.none}</p>
      <Facts
        facts={[
          [cases.state, work.orderStates[order.state]],
          [cases.category, textIn(order.case.category.name, language)],
          [cases.place, <PlaceText key="place" at={order.case} />],
          [cases.due, order.dueAt !== null && <Moment key="due" at={order.dueAt} />],
        ]}
      />
      <Said history={order.history.slice(1)} />
      <Moves
        moves={order.moves}
        textOf={(to) => work.orderTo[to]}
        move={(to, text) => {
          const said = { to, version, ...(text !== '' && { text }) }
          return moveContractorOrder({ organisation: organisation.id, id }, said)
        }}
      />
    </article>
  )
}

/** What happened to an order after it was made. */
function Said({ history }: Pick<ContractorOrderView, 'history'>) {
  const { work } = useMessages()
  if (history.length === 0) return undefined
  return (
    <ul>
      {history.map(({ at, own, state, text }) => (
        <li key={`${at} ${state}`}>
          <Moment at={at} /> {own ? work.you : work.customerSaid}: {work.orderStates[state]}
          {text !== null && ` – ${text}`}
        </li>
      ))}
    </ul>
  )
}
