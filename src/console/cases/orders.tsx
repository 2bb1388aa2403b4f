import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { CaseDetailView } from '../../cases/views.ts'
import type { OrderState } from '../../work-orders/states.ts'
import type { OrderView } from '../../work-orders/views.ts'
import { caseOrdersQuery, type CaseOrders } from '../api/order-work.ts'
import { PhotoList } from '../contractor/photo-list.tsx'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import type { Messages } from '../messages/messages.ts'
import { Facts } from '../parts/facts.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Moment } from '../parts/moment.tsx'
import { useCan } from '../session/session.ts'
import { actorWords } from './event-words.ts'
import { AmendOrder } from './amend-order.tsx'
import { OrderDialog } from './order-dialog.tsx'
import { doneAt, ordersIt, sinceMade } from './order-input.ts'
import { OrderMoveDialog } from './order-move-dialog.tsx'
import { useNames } from './use-names.ts'

/** What was ordered to be done about a case, and a way to order more. */
export function Orders({ item }: { readonly item: CaseDetailView }) {
  const query = useQuery(caseOrdersQuery(item.id))
  const mayOrder = useCan('case.assign')
  // The moves of a case are empty for those who may only look at it.
  const orders = mayOrder && item.moves.length > 0
  return (
    <Loaded query={query}>
      {(all) => <Shown item={item} all={all} mayOrder={orders} />}
    </Loaded>
  )
}

interface ShownProps {
  readonly item: CaseDetailView
  readonly all: CaseOrders
  readonly mayOrder: boolean
}

function Shown({ item, all: { orders, units }, mayOrder }: ShownProps) {
  const { ordering } = useMessages()
  const mayChange = useMayChange()
  const [isAsked, setIsAsked] = useState(false)
  const canOrder = mayOrder && units.length > 0
  if (orders.length === 0 && !canOrder) return undefined
  return (
    <section aria-labelledby="case-orders">
      <h2 id="case-orders">{ordering.title}</h2>
      {orders.length === 0 && <p>{ordering.none}</p>}
      {orders.map((order) => (
        <Order key={order.id} order={order} />
      ))}
      {canOrder && (
        <div className="buttons">
          <button type="button" disabled={!mayChange} onClick={() => setIsAsked(true)}>
            {ordering.add}
          </button>
        </div>
      )}
      {isAsked && (
        <OrderDialog item={item} units={units} onClose={() => setIsAsked(false)} />
      )}
    </section>
  )
}

function Order({ order }: { readonly order: OrderView }) {
  const { work, ordering, cases, common } = useMessages()
  const done = doneAt(order)
  return (
    <article className="order" aria-labelledby={`order-${order.id}`}>
      <h3 id={`order-${order.id}`}>
        {order.number}, {order.unit.name}
      </h3>
      <p className="own-words">{order.text ?? common.none}</p>
      <Facts
        facts={[
          [cases.state, work.orderStates[order.state]],
          [cases.due, order.dueAt !== null && <Moment key="due" at={order.dueAt} />],
          [ordering.ordered, <Moment key="ordered" at={order.orderedAt} />],
          [ordering.done, done !== undefined && <Moment key="done" at={done} />],
        ]}
      />
      <History order={order} />
      <PhotoList
        photos={order.photos}
        addressOf={(photo) => `/api/v1/photos/${encodeURIComponent(photo)}`}
      />
      <OrderMoves order={order} />
    </article>
  )
}

/** What happened to an order after it was made, with the words of those who did it. */
function History({ order: { history } }: { readonly order: OrderView }) {
  const messages = useMessages()
  const names = useNames()
  const since = sinceMade(history)
  if (since.length === 0) return undefined
  return (
    <ol className="timeline">
      {since.map(({ at, actor, state, changed, text }) => (
        <li key={`${at} ${state}`}>
          <p className="small">
            <Moment at={at} /> · {actorWords({ actor, data: {} }, messages, names)}
          </p>
          <p>{changed ? messages.work.orderChanged : messages.work.orderStates[state]}</p>
          {text !== null && <blockquote>{text}</blockquote>}
        </li>
      ))}
    </ol>
  )
}

interface Asked {
  readonly to: OrderState
  /** The order as it was when the button was pressed: what the person decided on. */
  readonly seen: OrderView
}

function OrderMoves({ order }: { readonly order: OrderView }) {
  const messages = useMessages()
  const mayMove = useCan('case.move')
  const mayChange = useMayChange()
  const [asked, setAsked] = useState<Asked>()
  return (
    <>
      {mayMove && order.moves.length > 0 && (
        <fieldset className="buttons">
          <legend className="hidden-text">{order.number}</legend>
          {order.moves.map((to) => (
            <button
              key={to}
              type="button"
              disabled={!mayChange}
              onClick={() => setAsked({ to, seen: order })}
            >
              {moveWords(order, to, messages)}
            </button>
          ))}
          {order.state === 'ordered' && ordersIt(order) && <AmendOrder order={order} />}
        </fieldset>
      )}
      {asked !== undefined && (
        <OrderMoveDialog
          {...asked}
          title={moveWords(asked.seen, asked.to, messages)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  )
}

/** Those who ordered it note what the others said; those who do it say so themselves. */
function moveWords(
  order: OrderView,
  to: OrderState,
  { work, ordering }: Pick<Messages, 'work' | 'ordering'>,
): string {
  if (order.state === 'done' && to === 'accepted') return ordering.sendBack
  return ordersIt(order) ? ordering.moveTo[to] : work.orderTo[to]
}
