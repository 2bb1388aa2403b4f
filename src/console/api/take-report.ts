import { queryOptions } from '@tanstack/react-query'
import type { ReportInput } from '../../cases/report-input.ts'
import type { ClosingReason, SuggestionView } from '../../cases/views.ts'
import type { LocalText } from '../../domain/language.ts'
import { call } from './client.ts'
import { get } from './queries.ts'

/** How somebody told the organisation, or that one of its own people saw it. */
export type TakenFrom = 'phone' | 'visit' | 'email' | 'social' | 'internal' | 'inspection'

/** The answer that was given while the report was taken down; the case is closed with it. */
export interface FirstAnswer {
  readonly reason: Exclude<ClosingReason, 'duplicate'>
  readonly text: string
  /** For `not_responsible`: who is. */
  readonly outside?: string
  /** As of a move. */
  readonly unlessWarned?: boolean
}

/** A report as it is taken down for somebody. */
export type NewReport = ReportInput & {
  readonly source: TakenFrom
  readonly answered?: FirstAnswer
}

/** What the service made of a report. */
export interface Receipt {
  readonly case: string
  readonly number: string
  /** Since when, and whether a sensor found it; null: nobody knew of it. */
  readonly known: { readonly since: string; readonly bySensor: boolean } | null
}

export function takeReport(report: NewReport): Promise<Receipt> {
  return call('/cases', { method: 'POST', body: report })
}

/** What somebody is about to report, as far as it is said yet. */
export interface About {
  readonly organisation: string
  readonly category: string
  readonly asset: string | undefined
  readonly place: { readonly lat: number; readonly lon: number } | undefined
}

/** What the public is told of it, in short. */
export interface ToldNotice {
  readonly id: string
  readonly title: LocalText
  readonly text: LocalText
}

/** Open cases nearby that everybody may know of: those that a report can be added to. */
export function suggestionsQuery(about: About) {
  return queryOptions({
    // Below the lists of cases, because it changes with them.
    queryKey: ['cases', 'suggestions', about],
    queryFn: async ({ signal }) => {
      const path = askedAbout(about, 'suggestions')
      const { suggestions } = await get<{ suggestions: readonly SuggestionView[] }>(
        path,
        signal,
      )
      return suggestions
    },
  })
}

/** Notices that answer it: planned work, known faults, storms. */
export function toldQuery(about: About) {
  return queryOptions({
    queryKey: ['notices', 'told', about],
    queryFn: async ({ signal }) => {
      const path = askedAbout(about, 'notices')
      return (await get<{ notices: readonly ToldNotice[] }>(path, signal)).notices
    },
  })
}

function askedAbout({ organisation, category, asset, place }: About, what: string): string {
  const query = new URLSearchParams({
    category,
    ...(asset !== undefined && { asset }),
    ...(place !== undefined && { lat: String(place.lat), lon: String(place.lon) }),
  })
  return `/organisations/${encodeURIComponent(organisation)}/${what}?${query.toString()}`
}
