import type { Subject } from '../domain/identity.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { DeviceLogin } from '../adapters/adapter.ts'
import type { SourceToken } from './source-tokens.ts'

/** Who somebody is: people by password and session, devices by secret. */
export interface Identity {
  /**
   * Undefined when organisation, e-mail and password do not belong together; takes as long either
   * way. `address` is where the attempt comes from; left out it is not counted by address. Throws
   * Problem too_many after 10 failures in 15 min of the account or the address.
   */
  logIn(
    organisation: string,
    email: string,
    password: string,
    address?: string,
  ): Promise<{ readonly cookie: string; readonly subject: Subject } | undefined>
  /** The subject behind a session cookie; undefined when it is unknown, idle over 30 min or older than 12 h. */
  session(cookie: string): Promise<Subject | undefined>
  logOut(cookie: string): Promise<void>
  /** A link token with which the user sets a password once, within 24 h. Ends the user's sessions. */
  oneTimeLink(
    organisation: OrganisationId,
    user: string,
  ): Promise<{ readonly token: string }>
  /** Throws Problem invalid for a used, expired or unknown token or a password under 12 characters. */
  setPassword(token: string, password: string): Promise<void>
  /** A new secret for a device; earlier ones end. Shown once. Throws Problem not_found. */
  issueDeviceSecret(
    organisation: OrganisationId,
    device: string,
    as: DeviceLogin['class'],
  ): Promise<{ readonly username: string; readonly secret: string }>
  /** Checks what a device shows; undefined when it proves nothing. */
  deviceLogin(username: string, secret: string): Promise<DeviceLogin | undefined>
  /** The device that a proved certificate names; undefined when there is none. */
  certifiedDevice(username: string): Promise<DeviceLogin | undefined>
  /**
   * A new token for a connection that others send to; shown once. Two may be live. Throws Problem
   * not_found or conflict.
   */
  issueSourceToken(
    organisation: OrganisationId,
    connection: string,
  ): Promise<{ readonly id: string; readonly token: string }>
  /** The live tokens of a connection, the oldest first. */
  sourceTokens(
    organisation: OrganisationId,
    connection: string,
  ): Promise<readonly SourceToken[]>
  /** Ends a token at once. Throws Problem not_found. */
  revokeSourceToken(
    organisation: OrganisationId,
    named: { readonly connection: string; readonly token: string },
  ): Promise<void>
  /** Whether the token that a sender shows opens the connection. */
  sourceLogin(shown: {
    readonly organisation: string
    readonly connection: string
    readonly token: string
  }): Promise<boolean>
}
