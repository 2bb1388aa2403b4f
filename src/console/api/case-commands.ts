import type { AbsenceView } from '../../assignment/absence-views.ts'
import type { CasePriority, CaseState, CaseView, ClosingReason } from '../../cases/views.ts'
import { call } from './client.ts'
import { Refusal } from './refusal.ts'

export interface CaseMove {
  readonly to: CaseState
  /** The version that the person saw. */
  readonly version: number
  readonly reason?: ClosingReason
  readonly text?: string
  /** ISO time: when it is planned, or until when an answer is waited for. */
  readonly at?: string
  readonly outside?: string
  readonly reference?: string
  /** Refuse it, with `facts.warnings`, while the text holds what looks like a contact. */
  readonly unlessWarned?: boolean
}

export function moveCase(id: string, move: CaseMove): Promise<CaseView> {
  return call(`/cases/${encodeURIComponent(id)}/move`, { method: 'POST', body: move })
}

export type SaidTo = 'public' | 'followers' | 'staff'

export interface Said {
  readonly version: number
  readonly to: SaidTo
  readonly text: string
  /** As of a move. */
  readonly unlessWarned?: boolean
}

export function sayInCase(id: string, said: Said): Promise<CaseView> {
  return call(`/cases/${encodeURIComponent(id)}/say`, { method: 'POST', body: said })
}

export function mergeCase(
  id: string,
  asked: { readonly version: number; readonly into: string },
): Promise<CaseView> {
  return call(`/cases/${encodeURIComponent(id)}/merge`, { method: 'POST', body: asked })
}

export function unmergeCase(id: string, version: number): Promise<CaseView> {
  return call(`/cases/${encodeURIComponent(id)}/unmerge`, {
    method: 'POST',
    body: { version },
  })
}

/** Lets the contractor of a case know who reported it, or no longer. */
export function shareReporter(
  id: string,
  asked: { readonly show: boolean; readonly reason: string },
): Promise<unknown> {
  return call(`/cases/${encodeURIComponent(id)}/share-reporter`, {
    method: 'POST',
    body: asked,
  })
}

/** Id of the case with this number. Throws a Refusal when there is none. */
export async function caseNumbered(typed: string): Promise<string> {
  const number = typed.trim().toUpperCase()
  const query = new URLSearchParams({ which: 'all', search: number, limit: '10' })
  const { cases } = await call<{ readonly cases: readonly CaseView[] }>(
    `/cases?${query.toString()}`,
    { method: 'GET' },
  )
  const found = cases.find((one) => one.number === number)
  if (found !== undefined) return found.id
  throw new Refusal({
    kind: 'not_found',
    what: `There is no case ${number}.`,
    where: 'number',
  })
}

/** Who is to have a case, decided on the version that the person saw. */
export interface Giving {
  readonly version: number
  /** Left out: the unit that has it. Null: triage. */
  readonly unit?: string | null
  /** `me`, somebody's id, or null for the queue of the unit. */
  readonly person?: string | null
}

/** Who was looked at for a case, and why that one has it or not. */
export interface LookedAt {
  readonly person: string
  readonly verdict: 'chosen' | 'away' | 'not_allowed' | 'off_duty' | 'unknown' | 'loop'
}

/** Who has it now, and how that was decided. */
export interface Given {
  readonly unit: string | null
  readonly person: string | null
  /** Whom that person stands in for. */
  readonly for: string | null
  readonly changed: boolean
  /** Forwarded for the third time: somebody must decide where it belongs. */
  readonly toTriage: boolean
  readonly because: readonly LookedAt[]
}

export function giveCase(id: string, giving: Giving): Promise<Given> {
  return call(`/cases/${encodeURIComponent(id)}/assign`, { method: 'POST', body: giving })
}

/** What a case is about, where that is something else than it says. */
export interface Correction {
  readonly version: number
  readonly category?: string
  readonly asset?: string
  readonly priority?: CasePriority
}

/** Says that a case is about something else; the routes are asked again. */
export function correctCase(id: string, correction: Correction): Promise<CaseView> {
  const path = `/cases/${encodeURIComponent(id)}/reroute`
  return call(path, { method: 'POST', body: correction })
}

/** Hands a case to a partner, which is told `text` and no word of a reporter. */
export function forwardCase(
  id: string,
  asked: { readonly version: number; readonly partner: string; readonly text: string },
): Promise<CaseView> {
  return call(`/cases/${encodeURIComponent(id)}/forward`, { method: 'POST', body: asked })
}

/** Two days, the last one included. */
export interface NewAbsence {
  /** Left out: oneself. */
  readonly person?: string
  readonly from: string
  readonly to: string
  /** In the order in which they are asked. */
  readonly deputies: readonly string[]
  readonly scope: AbsenceView['scope']
  readonly handBack: boolean
}

export function addAbsence(absence: NewAbsence): Promise<AbsenceView> {
  return call('/absences', { method: 'POST', body: absence })
}

/** Ends it now, or takes it back before it began. */
export function endAbsence(id: string): Promise<AbsenceView> {
  return call(`/absences/${encodeURIComponent(id)}`, { method: 'DELETE' })
}
