import type { ActingPerson } from '../assignment/assignments.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { Language } from '../domain/language.ts'
import type { TimeUs } from '../domain/time.ts'
import type {
  CaseDetailView,
  CasePriority,
  CaseState,
  CaseView,
  ClosingReason,
  DuplicateView,
  PublicCaseView,
  ReportSource,
  SuggestionView,
  WordsWarning,
} from './views.ts'

/** What a person says once, from the form, the API or a phone desk. Already parsed. */
export interface NewReport {
  readonly source: Exclude<ReportSource, 'alarm'>
  /** Which client or sign: `fixamingata`, the code of a QR label. */
  readonly sourceDetail?: string
  readonly category: string
  /** Asset id, if the person could point at one. */
  readonly asset?: string
  readonly place?: { readonly lat: number; readonly lon: number }
  /** Of an address register, or as the person wrote it where there is no pin on a map. */
  readonly address?: string
  /** Question → key, keys, number or own words. */
  readonly answers?: Readonly<Record<string, string | number | readonly string[]>>
  /** Ids of photos taken in before, in the order they were sent; at most 5. */
  readonly photos?: readonly string[]
  readonly text: string
  readonly language: Language
  readonly contact?: {
    readonly name?: string
    readonly email?: string
    readonly phone?: string
  }
  readonly wantsUpdates: boolean
  /** The case that the person says it is the same as; one that may not be followed is left aside. */
  readonly follows?: string
  /** Sent again with the same key it is the same report. */
  readonly idempotencyKey?: string
  readonly actor: string
  /**
   * Answered while it was taken down: the case that it opens is closed at once with these words. Problem
   * conflict where it belongs to another case.
   */
  readonly answered?: Pick<CaseMove, 'by' | 'reason' | 'text' | 'outside' | 'unlessWarned'>
}

/** What the reporter is told. */
export interface ReportReceipt {
  readonly case: string
  readonly number: string
  /** For the follow link; shown once, stored as a hash. Empty when the report had been received before. */
  readonly token: string
  /** Set when the fault was known already: since when, and whether a sensor found it. */
  readonly known: { readonly since: string; readonly bySensor: boolean } | null
  /** So many report that it is accepted and not placed yet: whether it is known is seen on its page. */
  readonly waits?: true
  /** To whoever answered it at once: what to look at again in the answer. */
  readonly warnings?: readonly WordsWarning[]
}

/** Which cases, and in which order. What is left out is not asked for. */
export interface CaseFilter {
  /** Open: neither closed, nor asked to be opened again, nor hidden. */
  readonly which: 'open' | 'all'
  readonly asset?: string
  readonly states?: readonly CaseState[]
  /** Null: triage. */
  readonly unit?: string | null
  readonly category?: string
  readonly assignee?: string
  readonly contractor?: string
  /** Words of number, asset, category or address; at most five, all of them. */
  readonly search?: string
  /** Degrees; the box does not cross the 180th meridian. */
  readonly box?: {
    readonly west: number
    readonly south: number
    readonly east: number
    readonly north: number
  }
  /** `changed`: the latest first. `due`: the next deadline first, then what has none. Left out: changed. */
  readonly sort?: 'changed' | 'due'
  /** Where the page before ended. */
  readonly cursor?: string
  /** 1 to 500. */
  readonly limit: number
}

/**
 * Who does something to a case; the tables of moves say what each may. A person's role decides it:
 * see `caseRole`.
 */
export type CaseRole =
  | 'reporter'
  | 'customer_service'
  | 'handler'
  | 'contractor'
  | 'administrator'
  | 'system'
  | 'partner'

/** Someone with a name for the history. */
export interface CaseActor {
  readonly role: CaseRole
  /** `user:anna`, `open311:fixamingata`, `system`; never a citizen's name. */
  readonly name: string
  /** A person of the organisation, who acts on the cases of the own units alone. Others: their door decided. */
  readonly who?: ActingPerson
  /** A contractor that does what the organisation does, as its contract says: its words stay among staff too. */
  readonly contracted?: true
}

export interface CaseMove {
  readonly to: CaseState
  readonly version: number
  readonly by: CaseActor
  readonly reason?: ClosingReason
  /** What the public is told, or of a contractor the staff; mandatory where the tables say so. */
  readonly text?: string
  /** Words for others that hold what looks like a contact keep it from being done: Problem conflict. */
  readonly unlessWarned?: boolean
  /** For `planned`: when; for `waiting_reporter`: until when an answer is waited for. */
  readonly at?: TimeUs
  /** For `waiting_external` and `not_responsible`: who has it. */
  readonly outside?: string
  readonly reference?: string
  /** For `duplicate`: the case it is the same as. */
  readonly target?: string
}

/** What a reporter, or a partner for one, says of a case that is there already. */
export interface FollowUp {
  readonly source: Exclude<ReportSource, 'alarm'>
  readonly by: CaseActor
  /** The report of the person who says it; left out when that is not known. */
  readonly report?: string
  readonly text: string
  readonly photos?: readonly string[]
  /** `fixed`: it looks mended. `reopen`: it is not. */
  readonly wish: 'none' | 'fixed' | 'reopen'
  readonly idempotencyKey?: string
}

/** What was asked of a case, and by whom, on which version. */
interface OnCase {
  readonly version: number
  readonly by: CaseActor
}

/** What somebody with a follow link sees, and may do. */
export interface FollowedCase extends PublicCaseView {
  readonly organisation: OrganisationId
  /** What the organisation's templates say of where the case stands, in the languages that have words. */
  readonly automatic: Partial<Readonly<Record<Language, string>>>
  /** Nothing was done yet, so it can be taken back, unless others said the same. */
  readonly mayWithdraw: boolean
  readonly mayReopen: boolean
  /** Closed so long ago that it has to be reported anew. */
  readonly openAnew: boolean
}

/** One list for alarms and citizens. */
export interface Cases {
  report(organisation: OrganisationId, report: NewReport): Promise<ReportReceipt>
  list(organisation: OrganisationId, filter: CaseFilter): Promise<readonly CaseView[]>
  /** The same with where it goes on; throws Problem invalid for a cursor no page gave. */
  page(
    organisation: OrganisationId,
    filter: CaseFilter,
  ): Promise<{ readonly cases: readonly CaseView[]; readonly next: string | null }>
  /** `withReporters` only for those who may see personal data. Throws Problem not_found. */
  get(
    organisation: OrganisationId,
    id: string,
    withReporters: boolean,
    /** Whose moves are listed; left out: an administrator's. */
    role?: CaseRole,
  ): Promise<CaseDetailView>
  /** Throws Problem conflict with the allowed moves, or when `version` is not the current one. */
  move(organisation: OrganisationId, id: string, move: CaseMove): Promise<CaseView>
  /**
   * Adds to a case. On a merged one it lands on its root; on a closed one that may be opened again
   * (`wish: 'reopen'`, within the category's days) it becomes a request; while the reporter is
   * waited for, the case goes back to where it was. Returns the follow-up's id; the same key twice is one.
   */
  followUp(
    organisation: OrganisationId,
    id: string,
    said: FollowUp,
  ): Promise<{ readonly id: string }>
  /** Staff writes: to the public, to those who follow, or among themselves. */
  say(
    organisation: OrganisationId,
    id: string,
    said: OnCase & {
      readonly to: 'public' | 'followers' | 'staff'
      readonly text: string
      /** As of a move. */
      readonly unlessWarned?: boolean
    },
  ): Promise<CaseView>
  /** Puts a case into another; followers, numbers and links stay. Throws Problem conflict (cycle, closed, same). */
  merge(
    organisation: OrganisationId,
    id: string,
    asked: OnCase & { readonly into: string },
  ): Promise<CaseView>
  /** Takes it out again: it stands as it stood before. */
  unmerge(organisation: OrganisationId, id: string, asked: OnCase): Promise<CaseView>
  /** Another category, asset, place or priority; the routes are asked again. Left out stays. */
  reroute(
    organisation: OrganisationId,
    id: string,
    asked: OnCase & {
      readonly category?: string
      readonly asset?: string | null
      readonly place?: { readonly lat: number; readonly lon: number }
      readonly priority?: CasePriority
    },
  ): Promise<CaseView>
  /** By follow token; throws Problem not_found. */
  follow(token: string): Promise<FollowedCase>
  /** Whose follow link it is; throws Problem not_found. */
  follower(token: string): Promise<{
    readonly organisation: OrganisationId
    readonly case: string
    readonly report: string
  }>
  /**
   * Open cases nearby that may be what somebody is about to report: of the same group of categories,
   * within the category's radius, at most 30 days old; at most five, and only what everybody may know.
   */
  suggestions(
    organisation: OrganisationId,
    about: {
      readonly category: string
      readonly asset?: string
      readonly place?: { readonly lat: number; readonly lon: number }
    },
  ): Promise<readonly SuggestionView[]>
  /** The same for staff, within 1,000 m of a case; at most 20. Throws Problem not_found. */
  duplicates(organisation: OrganisationId, id: string): Promise<readonly DuplicateView[]>
  /**
   * Of a group's or a storm's case: cases in it whose own alarm still stands, and those that a group left
   * behind with an alarm that stands; at most 500. Throws Problem not_found.
   */
  remaining(organisation: OrganisationId, id: string): Promise<readonly CaseView[]>
  /** Open cases on a public asset, for "we already know"; their ids are for the service, not for the public. */
  knownAt(
    organisation: OrganisationId,
    asset: string,
  ): Promise<readonly (PublicCaseView & { readonly id: string })[]>
}
