import type { OrganisationId } from '../domain/ids.ts'
import type { Language } from '../domain/language.ts'
import type {
  CaseDetailView,
  CaseState,
  CaseView,
  ClosingReason,
  PublicCaseView,
} from './views.ts'

/** What a person says once, from the form, the API or a phone desk. Already parsed. */
export interface NewReport {
  readonly source: 'web' | 'qr' | 'phone' | 'open311' | 'internal'
  readonly category: string
  /** Asset id, if the person could point at one. */
  readonly asset?: string
  readonly place?: { readonly lat: number; readonly lon: number }
  readonly text: string
  readonly language: Language
  readonly contact?: {
    readonly name?: string
    readonly email?: string
    readonly phone?: string
  }
  readonly wantsUpdates: boolean
  /** Sent again with the same key it is the same report. */
  readonly idempotencyKey?: string
  readonly actor: string
}

/** What the reporter is told. */
export interface ReportReceipt {
  readonly case: string
  readonly number: string
  /** For the follow link; shown once, stored as a hash. Empty when the report had been received before. */
  readonly token: string
  /** Set when the fault was known already: since when, and whether a sensor found it. */
  readonly known: { readonly since: string; readonly bySensor: boolean } | null
}

export interface CaseFilter {
  readonly which: 'open' | 'all'
  readonly asset?: string
  readonly limit: number
}

/** One list for alarms and citizens. */
export interface Cases {
  report(organisation: OrganisationId, report: NewReport): Promise<ReportReceipt>
  list(organisation: OrganisationId, filter: CaseFilter): Promise<readonly CaseView[]>
  /** `withReporters` only for those who may see personal data. Throws Problem not_found. */
  get(
    organisation: OrganisationId,
    id: string,
    withReporters: boolean,
  ): Promise<CaseDetailView>
  /** Throws Problem conflict with the allowed moves, or when `version` is not the current one. */
  move(
    organisation: OrganisationId,
    id: string,
    move: {
      readonly to: CaseState
      readonly version: number
      readonly actor: string
      readonly reason?: ClosingReason
      /** What the public is told; mandatory for accepted_no_action and not_responsible. */
      readonly text?: string
    },
  ): Promise<CaseView>
  /** By follow token; throws Problem not_found. */
  follow(token: string): Promise<PublicCaseView & { readonly organisation: OrganisationId }>
  /** Open cases on a public asset, for "we already know". */
  knownAt(organisation: OrganisationId, asset: string): Promise<readonly PublicCaseView[]>
}
