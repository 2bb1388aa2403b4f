import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { AlarmView, TransitionView, WhyView } from '../../alarms/views.ts'
import type {
  AssetDetailView,
  AssetView,
  HistoryView,
  IngestProblemListView,
  SessionView,
} from '../../api/views.ts'
import { call } from './client.ts'
import { Refusal } from './refusal.ts'

export type Which = 'open' | 'all'
export type WhichAlarms = Which | 'suppressed'

/** Most rows a list asks for; the API gives no more. */
export const LIST_MAX = 500

/** Problems are not in the live stream, so they are asked for as often as this. */
const PROBLEMS_MS = 10_000
const HISTORY_MS = 30_000

/** Who is logged in; null for nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<SessionView | null> => {
    try {
      return await get<SessionView>('/session', signal)
    } catch (error) {
      if (error instanceof Refusal && error.details.kind === 'unauthenticated') return null
      throw error
    }
  },
  staleTime: Infinity,
})

export function alarmsQuery(which: WhichAlarms) {
  return queryOptions({
    queryKey: ['alarms', which],
    queryFn: async ({ signal }) => {
      const path = `/alarms?which=${which}&limit=${LIST_MAX}`
      const { alarms } = await get<{ alarms: readonly AlarmView[] }>(path, signal)
      return alarms
    },
  })
}

export function alarmQuery(id: string) {
  return queryOptions({
    queryKey: ['alarm', id],
    queryFn: ({ signal }) => get<AlarmView>(`/alarms/${encodeURIComponent(id)}`, signal),
  })
}

/** Everything that explains how an alarm is now. */
export function whyQuery(id: string) {
  return queryOptions({
    queryKey: ['why', id],
    queryFn: ({ signal }) => get<WhyView>(`/alarms/${encodeURIComponent(id)}/why`, signal),
  })
}

export function journalQuery(id: string) {
  return queryOptions({
    queryKey: ['journal', id],
    queryFn: async ({ signal }) => {
      const path = `/alarms/${encodeURIComponent(id)}/journal`
      const { transitions } = await get<{ transitions: readonly TransitionView[] }>(
        path,
        signal,
      )
      return transitions
    },
  })
}

export function assetsQuery(search: string) {
  return queryOptions({
    queryKey: ['assets', search],
    queryFn: async ({ signal }) => {
      const query = new URLSearchParams({ limit: String(LIST_MAX) })
      if (search !== '') query.set('search', search.slice(0, 100))
      const path = `/assets?${query.toString()}`
      const { assets } = await get<{ assets: readonly AssetView[] }>(path, signal)
      return assets
    },
    placeholderData: keepPreviousData,
  })
}

export function assetQuery(id: string) {
  return queryOptions({
    queryKey: ['asset', id],
    queryFn: ({ signal }) =>
      get<AssetDetailView>(`/assets/${encodeURIComponent(id)}`, signal),
  })
}

export interface HistoryAsked {
  readonly asset: string
  readonly role: string
  /** How far back from now, in hours. */
  readonly hours: number
}

export function historyQuery({ asset, role, hours }: HistoryAsked) {
  return queryOptions({
    queryKey: ['history', asset, role, hours],
    queryFn: ({ signal }) => {
      const to = new Date()
      const from = new Date(to.getTime() - hours * 3_600_000)
      const query = new URLSearchParams({
        role,
        from: from.toISOString(),
        to: to.toISOString(),
        limit: '1000',
      })
      const path = `/assets/${encodeURIComponent(asset)}/history?${query.toString()}`
      return get<HistoryView>(path, signal)
    },
    refetchInterval: HISTORY_MS,
  })
}

export const problemsQuery = queryOptions({
  queryKey: ['problems'],
  queryFn: async ({ signal }) => {
    const path = `/ingest/problems?limit=${LIST_MAX}`
    return (await get<IngestProblemListView>(path, signal)).problems
  },
  refetchInterval: PROBLEMS_MS,
})

/** Asks the API; see `call`. */
export function get<Answer>(path: string, signal: AbortSignal): Promise<Answer> {
  return call<Answer>(path, { method: 'GET', signal })
}
