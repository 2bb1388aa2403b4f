import type { ContractorOrderView } from '../../work-orders/views.ts'
import {
  addOrderPhotos,
  moveContractorOrder,
  photoAddress,
} from '../api/contractor-work.ts'
import { sinceMade } from '../cases/order-input.ts'
import { textIn } from '../format/format.ts'
import { useMessages, useSpoken } from '../messages/language.tsx'
import { Facts } from '../parts/facts.tsx'
import { Moment } from '../parts/moment.tsx'
import { Moves } from './moves.tsx'
import { PhotoForm } from '../parts/photo-form.tsx'
import { PhotoList } from './photo-list.tsx'
import { PlaceText } from './place-text.tsx'

/** One order: what is to be done, where, and how far it has come. */
export function OrderItem({ order }: { readonly order: ContractorOrderView }) {
  const { language, messages } = useSpoken()
  const { work, cases, common } = messages
  const { organisation, id, version } = order
  const where = { organisation: organisation.id, id }
  return (
    <article className="order" aria-labelledby={`order-${id}`}>
      <h3 id={`order-${id}`}>
        {order.number}, {organisation.name}
      </h3>
      <p className="own-words">{order.text ?? common.none}</p>
      <Facts
        facts={[
          [cases.state, work.orderStates[order.state]],
          [cases.category, textIn(order.case.category.name, language)],
          [cases.place, <PlaceText key="place" at={order.case} />],
          [cases.due, order.dueAt !== null && <Moment key="due" at={order.dueAt} />],
        ]}
      />
      <Said history={sinceMade(order.history)} />
      <PhotoList
        photos={order.photos}
        addressOf={(photo) => photoAddress('orders', where, photo)}
      />
      <Moves
        moves={order.moves}
        textOf={(to) => work.orderTo[to]}
        move={(to, text) => {
          const said = { to, version, ...(text !== '' && { text }) }
          return moveContractorOrder(where, said)
        }}
      />
      {/* Nothing more can be done about an order that has ended. */}
      {order.state !== 'done' && order.moves.length === 0 ? undefined : (
        <PhotoForm
          organisation={organisation.id}
          add={(photos) => addOrderPhotos(where, photos)}
        />
      )}
    </article>
  )
}

type OrderStep = ContractorOrderView['history'][number]

/** What happened to an order after it was made. */
function Said({ history }: { readonly history: readonly OrderStep[] }) {
  const { work } = useMessages()
  if (history.length === 0) return undefined
  return (
    <ul>
      {history.map(({ at, own, state, changed, text }) => (
        <li key={`${at} ${state}`}>
          <Moment at={at} /> {own ? work.you : work.customerSaid}:{' '}
          {changed ? work.orderChanged : work.orderStates[state]}
          {text !== null && ` – ${text}`}
        </li>
      ))}
    </ul>
  )
}
