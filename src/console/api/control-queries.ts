import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { KpiReportView } from '../../alarms/kpis/views.ts'
import type { WindowView } from '../../alarms/windows.ts'
import type { DeliveryView, DeskView } from '../../api/desk-view.ts'
import { get } from './queries.ts'

/** Desks and planned work are not in the live stream, so they are asked for as often as this. */
const AGAIN_MS = 10_000
const FIGURES_MS = 60_000

/** Messages of a desk that are shown. */
const DELIVERIES = 20

/** What runs, what is to come and what was, the latest end first. */
export const windowsQuery = queryOptions({
  queryKey: ['windows'],
  queryFn: async ({ signal }) => {
    const path = '/maintenance-windows'
    return (await get<{ windows: readonly WindowView[] }>(path, signal)).windows
  },
  refetchInterval: AGAIN_MS,
})

export const desksQuery = queryOptions({
  queryKey: ['desks'],
  queryFn: async ({ signal }) =>
    (await get<{ desks: readonly DeskView[] }>('/desks', signal)).desks,
  refetchInterval: AGAIN_MS,
})

/** What a desk told whom, the newest first. */
export function deliveriesQuery(desk: string) {
  return queryOptions({
    queryKey: ['deliveries', desk],
    queryFn: async ({ signal }) => {
      const path = `/desks/${encodeURIComponent(desk)}/deliveries?limit=${DELIVERIES}`
      const { deliveries } = await get<{ deliveries: readonly DeliveryView[] }>(
        path,
        signal,
      )
      return deliveries
    },
    refetchInterval: AGAIN_MS,
  })
}

/** Key figures of the last so many hours, of everything and by desk. */
export function kpisQuery(hours: number) {
  return queryOptions({
    queryKey: ['kpis', hours],
    queryFn: ({ signal }) =>
      get<KpiReportView>(`/kpis?${kpiSearch(hours, new Date())}&by=desk`, signal),
    refetchInterval: FIGURES_MS,
    placeholderData: keepPreviousData,
  })
}

/** `from` and `to` of the last so many hours. */
export function kpiSearch(hours: number, now: Date): string {
  const from = new Date(now.getTime() - hours * 3_600_000)
  return new URLSearchParams({
    from: from.toISOString(),
    to: now.toISOString(),
  }).toString()
}
