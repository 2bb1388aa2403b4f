import { useQuery } from '@tanstack/react-query'
import type { DeliveryView } from '../../api/desk-view.ts'
import { deliveriesQuery } from '../api/control-queries.ts'
import { useMessages } from '../messages/language.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Moment } from '../parts/moment.tsx'
import { faredAlike, targetText, toldText } from './desk-words.ts'

/** The last messages of a desk and how each fared, the newest first. */
export function Deliveries({ desk }: { readonly desk: string }) {
  const { common, desks } = useMessages()
  const query = useQuery(deliveriesQuery(desk))
  return (
    <Loaded query={query}>
      {(list) =>
        list.length === 0 ? (
          <p>{desks.noDeliveries}</p>
        ) : (
          <table className="folds">
            <caption className="hidden-text">{desks.deliveries}</caption>
            <thead>
              <tr>
                <th scope="col">{common.time}</th>
                <th scope="col">{desks.recipient}</th>
                <th scope="col">{desks.what}</th>
                <th scope="col">{desks.fared}</th>
              </tr>
            </thead>
            <tbody>
              {list.map((message) => (
                <Line key={message.id} message={message} />
              ))}
            </tbody>
          </table>
        )
      }
    </Loaded>
  )
}

function Line({ message }: { readonly message: DeliveryView }) {
  const messages = useMessages()
  return (
    <tr>
      <td>
        <Moment at={message.at} />
      </td>
      <td>{targetText(message.recipient, messages)}</td>
      <td>{toldText(message, messages)}</td>
      <td>
        {faredAlike(message.deliveries).map(({ delivery, count }) => (
          <Fared key={JSON.stringify(delivery)} delivery={delivery} count={count} />
        ))}
      </td>
    </tr>
  )
}

interface FaredProps {
  readonly delivery: DeliveryView['deliveries'][number]
  /** Letters or calls that went the same way. */
  readonly count: number
}

function Fared({ delivery, count }: FaredProps) {
  const { desks } = useMessages()
  const { state, attempts, error } = delivery
  return (
    <span className="one-line">
      <span className={state === 'failed' ? 'wrong' : undefined}>
        {desks.states[state]}
      </span>
      {count > 1 && ` ×\u00A0${count}`}
      {state !== 'delivered' && attempts > 0 && ` (${desks.attempts(attempts)})`}
      {error !== null && <small lang="en">{error}</small>}
    </span>
  )
}
