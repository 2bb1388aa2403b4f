import type { AlarmView } from '../../alarms/views.ts'
import type { SessionView } from '../../api/views.ts'
import { call } from './client.ts'

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
