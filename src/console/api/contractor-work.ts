import { queryOptions } from '@tanstack/react-query'
import type { CaseState } from '../../cases/views.ts'
import type { ContractorCaseView, ContractorDetailView } from '../../contractors/views.ts'
import type { OrderState } from '../../work-orders/states.ts'
import type { ContractorOrderView } from '../../work-orders/views.ts'
import { call } from './client.ts'
import { get, LIST_MAX } from './queries.ts'

/** Where a case or an order of another organisation lies. */
export interface Where {
  readonly organisation: string
  readonly id: string
}

function pathOf({ organisation, id }: Where): string {
  return `${encodeURIComponent(organisation)}/${encodeURIComponent(id)}`
}

/** Open cases that were granted to the contractor. */
export const grantedCasesQuery = queryOptions({
  queryKey: ['work', 'cases'],
  queryFn: async ({ signal }) => {
    const path = `/contractor/cases?limit=${LIST_MAX}`
    const { cases } = await get<{ cases: readonly ContractorCaseView[] }>(path, signal)
    return cases
  },
})

/** Orders of the contractor that have not ended. */
export const contractorOrdersQuery = queryOptions({
  queryKey: ['work', 'orders'],
  queryFn: async ({ signal }) => {
    const path = `/contractor/orders?limit=${LIST_MAX}`
    const { orders } = await get<{ orders: readonly ContractorOrderView[] }>(path, signal)
    return orders
  },
})

export function grantedCaseQuery(where: Where) {
  return queryOptions({
    queryKey: ['work', 'case', where.organisation, where.id],
    queryFn: ({ signal }) =>
      get<ContractorDetailView>(`/contractor/cases/${pathOf(where)}`, signal),
  })
}

interface Said {
  /** The version that the person saw. */
  readonly version: number
  readonly text?: string
}

export function moveGrantedCase(
  where: Where,
  move: Said & { readonly to: CaseState; readonly at?: string },
): Promise<ContractorDetailView> {
  const path = `/contractor/cases/${pathOf(where)}/move`
  return call(path, { method: 'POST', body: move })
}

export function moveContractorOrder(
  where: Where,
  move: Said & { readonly to: OrderState },
): Promise<ContractorOrderView> {
  const path = `/contractor/orders/${pathOf(where)}/move`
  return call(path, { method: 'POST', body: move })
}

/** Gives photos to an order, as photos of the work; they were sent to its organisation before. */
export function addOrderPhotos(
  where: Where,
  photos: readonly string[],
): Promise<ContractorOrderView> {
  return call(`/contractor/orders/${pathOf(where)}/photos`, {
    method: 'POST',
    body: { photos },
  })
}

/** The same for a granted case. */
export function addCasePhotos(
  where: Where,
  photos: readonly string[],
): Promise<ContractorDetailView> {
  return call(`/contractor/cases/${pathOf(where)}/photos`, {
    method: 'POST',
    body: { photos },
  })
}

/** Where the picture of a photo is, for pages. */
export function photoAddress(of: 'orders' | 'cases', where: Where, photo: string): string {
  return `/api/v1/contractor/${of}/${pathOf(where)}/photos/${encodeURIComponent(photo)}`
}
