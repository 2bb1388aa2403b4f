import { queryOptions } from '@tanstack/react-query'
import type { OrderState } from '../../work-orders/states.ts'
import type { DoerView, OrderView } from '../../work-orders/views.ts'
import { call } from './client.ts'
import { get } from './queries.ts'

/** What was ordered to be done about a case, and of whom something can be ordered now. */
export interface CaseOrders {
  readonly orders: readonly OrderView[]
  readonly units: readonly DoerView[]
}

export function caseOrdersQuery(id: string) {
  return queryOptions({
    queryKey: ['orders', id],
    queryFn: ({ signal }) =>
      get<CaseOrders>(`/cases/${encodeURIComponent(id)}/orders`, signal),
  })
}

/** What is to be done, and who shall do it. */
export interface NewOrder {
  readonly unit: string
  readonly text: string
  /** ISO time. */
  readonly due?: string
}

export function orderWork(id: string, order: NewOrder): Promise<OrderView> {
  return call(`/cases/${encodeURIComponent(id)}/orders`, { method: 'POST', body: order })
}

export interface OrderMove {
  readonly to: OrderState
  /** The version that the person saw. */
  readonly version: number
  readonly text?: string
}

export function moveOrder(id: string, move: OrderMove): Promise<OrderView> {
  return call(`/orders/${encodeURIComponent(id)}/move`, { method: 'POST', body: move })
}

/** Other words or another day. What is left out stays. */
export interface Amendment {
  /** The version that the person saw. */
  readonly version: number
  readonly text?: string
  /** ISO time; null: no day any more. */
  readonly due?: string | null
}

export function amendOrder(id: string, amendment: Amendment): Promise<OrderView> {
  return call(`/orders/${encodeURIComponent(id)}/amend`, {
    method: 'POST',
    body: amendment,
  })
}
