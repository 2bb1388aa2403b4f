import type { Database } from '../database/database.ts'
import type { Clock, Random } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { durationUs, HOUR, later, type TimeUs } from '../domain/time.ts'
import { writeAudit } from './audit.ts'
import { LONGEST_PASSWORD, SHORTEST_PASSWORD, type Passwords } from './passwords.ts'
import { newToken, tokenHash } from './tokens.ts'

const VALID = durationUs(24 * HOUR)

export interface LinkParts {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  readonly passwords: Passwords
}

/** A new link for the user; earlier links and the user's sessions end. Throws Problem not_found. */
export async function newLink(
  { database, clock, random }: LinkParts,
  organisation: OrganisationId,
  user: string,
): Promise<{ readonly token: string }> {
  const token = newToken(random)
  const now = clock.now()
  await database.write(organisation, 'normal', async ({ query }) => {
    const known = await query
      .selectFrom('user')
      .select('id')
      .where('id', '=', user)
      .where('disabled', '=', 0)
      .executeTakeFirst()
    if (known === undefined) {
      throw new Problem({ kind: 'not_found', what: 'There is no such user', where: 'user' })
    }
    await query.deleteFrom('one_time_link').where('user', '=', user).execute()
    // Whoever needs a new password may have lost the old one to somebody else.
    await query.deleteFrom('session').where('user', '=', user).execute()
    await query
      .insertInto('one_time_link')
      .values({
        organisation,
        token_hash: tokenHash(token),
        purpose: 'set_password',
        user,
        expires_at: later(now, VALID),
        used_at: null,
      })
      .execute()
  })
  return { token }
}

/** Sets the password a link allows to set, and ends every session of the user. */
export async function usePasswordLink(
  parts: LinkParts,
  token: string,
  password: string,
): Promise<void> {
  checkPassword(password)
  const { database, clock, passwords } = parts
  const hash = tokenHash(token)
  const link = await findLink(database, hash, clock.now())
  // The hash takes its time outside the transaction, and only for a link that is worth it.
  const stored = await passwords.hash(password)
  await database.write(link.organisation, 'normal', async (work) => {
    const now = clock.now()
    const used = await work.query
      .updateTable('one_time_link')
      .set({ used_at: now })
      .where('token_hash', '=', hash)
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .executeTakeFirst()
    if (used.numUpdatedRows !== 1n) throw badLink()
    await work.query
      .updateTable('user')
      .set({ password_hash: stored })
      .where('id', '=', link.user)
      .execute()
    await work.query.deleteFrom('session').where('user', '=', link.user).execute()
    await writeAudit(work, {
      at: now,
      actor: `user:${link.user}`,
      action: 'password.set',
      subject: link.user,
    })
  })
}

async function findLink(
  database: Database,
  hash: string,
  now: TimeUs,
): Promise<{ readonly organisation: OrganisationId; readonly user: string }> {
  const link = await database.installation.query
    .selectFrom('one_time_link')
    .select(['organisation', 'user'])
    .where('token_hash', '=', hash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  if (link === undefined) throw badLink()
  return link
}

function badLink(): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'The link does not hold',
    where: 'token',
    why: 'It was used before, is older than 24 hours, or a newer one was given out',
    next: 'Ask an administrator for a new link',
  })
}

function checkPassword(password: string): void {
  const { length } = password
  if (length >= SHORTEST_PASSWORD && length <= LONGEST_PASSWORD) return
  throw new Problem({
    kind: 'invalid',
    what: `A password has ${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD} characters`,
    where: 'password',
    why: `This one has ${length}`,
    next: 'Take a few words that nobody would put side by side',
  })
}
