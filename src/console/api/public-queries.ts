import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { LetterProblemsView, TemplatesView } from '../../api/letter-views.ts'
import type { ReviewsView } from '../../api/reviews-view.ts'
import type { NoticeView } from '../../notices/notice.ts'
import type { StormProposal } from '../../notices/storm.ts'
import type { StatisticsReport } from '../../statistics/views.ts'
import { get, LIST_MAX } from './queries.ts'

/** Notices and letters are not in the live stream, so they are asked for as often as this. */
const AGAIN_MS = 30_000

/** Photos and texts that are looked at one after another. */
export const REVIEWS = 50

/** What the public is told, what was told included; the newest beginning first. */
export const noticesQuery = queryOptions({
  queryKey: ['notices'],
  queryFn: async ({ signal }) =>
    (await get<{ notices: readonly NoticeView[] }>('/notices?which=all', signal)).notices,
  refetchInterval: AGAIN_MS,
})

/** What so many report now that a storm should answer them. */
export const proposalsQuery = queryOptions({
  queryKey: ['proposals'],
  queryFn: async ({ signal }) => {
    const path = '/notices/proposals'
    return (await get<{ proposals: readonly StormProposal[] }>(path, signal)).proposals
  },
  refetchInterval: AGAIN_MS,
})

export type WhichReviews = 'waiting' | 'shown'

/** Is asked for once a visit: each reading of somebody's words is written down. */
export function reviewsQuery(which: WhichReviews) {
  return queryOptions({
    queryKey: ['reviews', which],
    queryFn: ({ signal }) =>
      get<ReviewsView>(`/reviews?which=${which}&limit=${REVIEWS}`, signal),
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
}

/** Figures; `search` as the API takes it. */
export function statisticsQuery(search: string) {
  return queryOptions({
    queryKey: ['statistics', search],
    queryFn: ({ signal }) => get<StatisticsReport>(`/statistics?${search}`, signal),
    placeholderData: keepPreviousData,
  })
}

/** Letters that did not arrive, and those that could not be taken. */
export const letterProblemsQuery = queryOptions({
  queryKey: ['letters'],
  queryFn: ({ signal }) =>
    get<LetterProblemsView>(`/letter-problems?limit=${LIST_MAX}`, signal),
  refetchInterval: AGAIN_MS,
})

/** The organisation's own words that are in force. */
export const ownWordsQuery = queryOptions({
  queryKey: ['own-words'],
  queryFn: async ({ signal }) => (await get<TemplatesView>('/templates', signal)).templates,
})
