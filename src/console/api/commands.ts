import type { AlarmView } from '../../alarms/views.ts'
import type { SessionView } from '../../api/views.ts'
import type { CaseState, CaseView, ClosingReason } from '../../cases/views.ts'
import { call } from './client.ts'
import { Refusal } from './refusal.ts'

export interface Credentials {
  readonly organisation: string
  readonly email: string
  readonly password: string
}

export function logIn(credentials: Credentials): Promise<SessionView> {
  return call('/session', { method: 'POST', body: credentials })
}

export async function logOut(): Promise<void> {
  await call<undefined>('/session', { method: 'DELETE' })
}

/** Sets a password with the token of a one-time link. */
export async function setPassword(token: string, password: string): Promise<void> {
  await call<undefined>('/password', { method: 'POST', body: { token, password } })
}

/** Acknowledges the raise that the person saw, and no other. */
export function acknowledge(
  { id, raise }: Pick<AlarmView, 'id' | 'raise'>,
  comment: string,
): Promise<AlarmView> {
  const said = comment.trim()
  return call(`/alarms/${encodeURIComponent(id)}/acknowledge`, {
    method: 'POST',
    body: said === '' ? { raise } : { raise, comment: said },
  })
}

/** A command that needs a click, or a few words. */
export type AlarmCommand =
  | { readonly path: 'confirm' | 'reset' | 'unshelve'; readonly body?: undefined }
  | { readonly path: 'comment'; readonly body: { readonly comment: string } }
  | {
      readonly path: 'shelve'
      readonly body: { readonly reason: string } & (
        | { readonly for: string }
        | { readonly untilClear: true }
      )
    }

export function commandAlarm(id: string, { path, body }: AlarmCommand): Promise<AlarmView> {
  return call(`/alarms/${encodeURIComponent(id)}/${path}`, {
    method: 'POST',
    ...(body !== undefined && { body }),
  })
}

/** Opens a case for an alarm; gives the id of the case. */
export async function openCase(alarm: string): Promise<string> {
  const path = `/alarms/${encodeURIComponent(alarm)}/case`
  const opened = await call<{ readonly case: string }>(path, { method: 'POST' })
  return opened.case
}

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
}

export function moveCase(id: string, move: CaseMove): Promise<CaseView> {
  return call(`/cases/${encodeURIComponent(id)}/move`, { method: 'POST', body: move })
}

export type SaidTo = 'public' | 'followers' | 'staff'

export function sayInCase(
  id: string,
  said: { readonly version: number; readonly to: SaidTo; readonly text: string },
): Promise<CaseView> {
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
