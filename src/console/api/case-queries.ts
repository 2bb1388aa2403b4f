import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { AbsenceView } from '../../assignment/absence-views.ts'
import type { CaseChoicesView } from '../../api/case-choices-view.ts'
import type {
  CaseDetailView,
  CaseState,
  CaseView,
  ClosingReason,
  DuplicateView,
} from '../../cases/views.ts'
import type { SharingView } from '../../contractors/views.ts'
import { get } from './queries.ts'

/** Cases that come at a time. */
const PAGE = 100

/** Pages that are kept on the screen; all of them are asked for again after a change. */
const PAGES_MAX = 10

/** Absences are not in the live stream, so they are asked for as often as this. */
const ABSENCES_MS = 30_000

interface CasePage {
  readonly cases: readonly CaseView[]
  readonly next: string | null
}

/** Cases page by page; `search` is what the API takes, without cursor and limit. */
export function casePagesQuery(search: string) {
  return infiniteQueryOptions({
    queryKey: ['cases', search],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams(search)
      query.set('limit', String(PAGE))
      if (pageParam !== null) query.set('cursor', pageParam)
      return get<CasePage>(`/cases?${query.toString()}`, signal)
    },
    initialPageParam: firstPage,
    getNextPageParam: ({ next }, pages) => (pages.length < PAGES_MAX ? next : null),
    placeholderData: keepPreviousData,
    select: ({ pages }) => ({
      cases: pages.flatMap(({ cases }) => cases),
      /** There are more, whether they can be shown too or not. */
      isCut: pages.at(-1)?.next !== null,
    }),
  })
}

const firstPage: string | null = null

export function caseQuery(id: string) {
  return queryOptions({
    queryKey: ['case', id],
    queryFn: ({ signal }) =>
      get<CaseDetailView>(`/cases/${encodeURIComponent(id)}`, signal),
  })
}

/** What cases can be given to, and the names for ids in cases. */
export const caseChoicesQuery = queryOptions({
  queryKey: ['case-choices'],
  queryFn: ({ signal }) => get<CaseChoicesView>('/case-choices', signal),
})

/** Open cases near one that may be the same. */
export function duplicatesQuery(id: string) {
  return queryOptions({
    queryKey: ['duplicates', id],
    queryFn: async ({ signal }) => {
      const path = `/cases/${encodeURIComponent(id)}/duplicates`
      const { duplicates } = await get<{ duplicates: readonly DuplicateView[] }>(
        path,
        signal,
      )
      return duplicates
    },
  })
}

/** Of a case that gathered others: those whose alarm still stands. Asked for again with the case itself. */
export function remainingQuery(id: string) {
  return queryOptions({
    queryKey: ['case', id, 'remaining'],
    queryFn: async ({ signal }) => {
      const path = `/cases/${encodeURIComponent(id)}/remaining`
      const { cases } = await get<{ cases: readonly CaseView[] }>(path, signal)
      return cases
    },
  })
}

/** Whether the contractor of a case knows who reported it; null: no contractor has it. */
export function sharingQuery(id: string) {
  return queryOptions({
    queryKey: ['case', id, 'sharing'],
    queryFn: async ({ signal }) => {
      const path = `/cases/${encodeURIComponent(id)}/share-reporter`
      return (await get<{ sharing: SharingView | null }>(path, signal)).sharing
    },
  })
}

/** Words that the organisation has ready for a case. */
export interface TemplateView {
  readonly id: string
  readonly name: string
  /** Stands in letters anyway. */
  readonly automatic: boolean
  /** By language, with the facts of the case. */
  readonly texts: Readonly<Record<string, string>>
  /** Facts that the case does not have; `…` stands in their place. */
  readonly missing: readonly string[]
}

/** When words are said: as the case comes into a state, or left out as it is. */
export interface TemplateMoment {
  readonly state?: CaseState
  readonly reason?: ClosingReason
}

/** What words are said of: a case of this version, or one that a report is about to open. */
export type Described =
  | Pick<CaseView, 'id' | 'version'>
  | { readonly category: string; readonly asset: string | undefined }

/** Words that fit it. */
export function templatesQuery(of: Described, moment: TemplateMoment) {
  const query = new URLSearchParams(Object.entries(moment))
  if ('category' in of) {
    query.set('category', of.category)
    if (of.asset !== undefined) query.set('asset', of.asset)
  }
  const path =
    'id' in of ? `/cases/${encodeURIComponent(of.id)}/templates` : '/templates/filled'
  const asked = `${path}?${query.toString()}`
  return queryOptions({
    queryKey: ['templates', asked, 'id' in of ? of.version : 0],
    queryFn: async ({ signal }) =>
      (await get<{ templates: readonly TemplateView[] }>(asked, signal)).templates,
  })
}

/** When people are away: one's own times, or for those who keep them everybody's. */
export const absencesQuery = queryOptions({
  queryKey: ['absences'],
  queryFn: async ({ signal }) =>
    (await get<{ absences: readonly AbsenceView[] }>('/absences', signal)).absences,
  refetchInterval: ABSENCES_MS,
})
