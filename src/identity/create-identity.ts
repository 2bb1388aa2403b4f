import type { Database } from '../database/database.ts'
import type { Clock, Random } from '../domain/clock.ts'
import { organisationId } from '../domain/ids.ts'
import {
  certifiedDevice,
  checkSecret,
  issueSecret,
  type TopicsOf,
} from './device-credentials.ts'
import type { Identity } from './identity.ts'
import { newLink, usePasswordLink } from './one-time-links.ts'
import { createPasswords } from './passwords.ts'
import { beginSession, endSession, sessionSubject, subjectOf } from './sessions.ts'
import {
  issueSourceToken,
  revokeSourceToken,
  sourceLogin,
  sourceTokens,
} from './source-tokens.ts'
import { createLoginThrottle } from './throttle.ts'

/** More than this of a password is not looked at; no stored one is longer than 256. */
const LONGEST_SHOWN = 1_024

export interface IdentityParts {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  readonly topicsOf: TopicsOf
  /** Told when a device has a new secret; left out where no device is connected. */
  readonly secretIssued?: (username: string) => void
}

/** People by password and session, devices by secret, all kept in the database. */
export function createIdentity(given: IdentityParts): Identity {
  const passwords = createPasswords(given.random)
  const parts = {
    ...given,
    passwords,
    secretIssued: given.secretIssued ?? (() => undefined),
  }
  const beginAttempt = createLoginThrottle(given.clock)

  return {
    logIn: async (organisation, email, password, address) => {
      const attempt = beginAttempt(`${organisation}/${emailKey(email)}`, address)
      const user = await findUser(given.database, organisation, email)
      const fits = await passwords
        .fits(user?.password_hash ?? null, password.slice(0, LONGEST_SHOWN))
        .catch((error: unknown) => {
          // Nobody found out anything, so nobody is counted.
          attempt.takeBack()
          throw error
        })
      if (!fits || user === undefined) return undefined
      attempt.succeeded()
      return { cookie: await beginSession(parts, user), subject: subjectOf(user) }
    },
    session: (cookie) => sessionSubject(parts, cookie),
    logOut: (cookie) => endSession(parts, cookie),
    oneTimeLink: (organisation, user) => newLink(parts, organisation, user),
    setPassword: (token, password) => usePasswordLink(parts, token, password),
    issueDeviceSecret: (organisation, device, as) =>
      issueSecret(parts, organisation, device, as),
    deviceLogin: (username, secret) => checkSecret(parts, username, secret),
    certifiedDevice: (username) => certifiedDevice(parts, username),
    issueSourceToken: (organisation, connection) =>
      issueSourceToken(parts, organisation, connection),
    sourceTokens: (organisation, connection) =>
      sourceTokens(parts, organisation, connection),
    revokeSourceToken: (organisation, named) =>
      revokeSourceToken(parts, organisation, named),
    sourceLogin: (shown) => sourceLogin(parts, shown),
  }
}

/** The form in which a user's e-mail address is stored and looked up: trimmed, lower case. */
function emailKey(email: string): string {
  return email.trim().normalize('NFC').toLowerCase()
}

async function findUser(database: Database, organisation: string, email: string) {
  const named = organisationId.safeParse(organisation)
  if (!named.success) return undefined
  return database
    .read(named.data)
    .selectFrom('user')
    .select(['organisation', 'id', 'name', 'roles', 'password_hash'])
    .where('email', '=', emailKey(email))
    .where('disabled', '=', 0)
    .executeTakeFirst()
}
