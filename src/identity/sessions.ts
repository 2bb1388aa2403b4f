import { z } from 'zod'
import type { Database } from '../database/database.ts'
import type { Clock, Random } from '../domain/clock.ts'
import { role, type Role, type Subject } from '../domain/identity.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { durationUs, earlier, elapsed, HOUR, later, MINUTE } from '../domain/time.ts'
import { writeAudit } from './audit.ts'
import { newToken, tokenHash } from './tokens.ts'

const IDLE = durationUs(30 * MINUTE)
const LONGEST = durationUs(12 * HOUR)
/** Oftener than this a session's use is not written down. */
const SEEN_EVERY = MINUTE
/** A person at more browsers than this loses the session unused for longest. */
const SESSIONS_PER_USER = 20

const roles = z.array(role).max(20)

export interface SessionParts {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
}

export interface SessionUser {
  readonly organisation: OrganisationId
  readonly id: string
  readonly name: string
  readonly roles: string
}

export function subjectOf(user: SessionUser): Subject {
  return {
    kind: 'user',
    user: user.id,
    name: user.name,
    organisation: user.organisation,
    roles: readRoles(user.roles),
  }
}

/** Roles stand as a JSON array in the database. */
function readRoles(text: string): readonly Role[] {
  return roles.parse(JSON.parse(text))
}

/** Begins a session and returns the cookie's value. Sessions that are over are swept out on the way. */
export async function beginSession(
  { database, clock, random }: SessionParts,
  user: SessionUser,
): Promise<string> {
  const cookie = newToken(random)
  const now = clock.now()
  await database.write(user.organisation, 'normal', async (work) => {
    await work.query
      .deleteFrom('session')
      .where((row) =>
        row.or([
          row('expires_at', '<=', now),
          row('last_seen_at', '<=', earlier(now, IDLE)),
        ]),
      )
      .execute()
    const others = await work.query
      .selectFrom('session')
      .select('id_hash')
      .where('user', '=', user.id)
      .orderBy('last_seen_at', 'desc')
      .limit(1_000)
      .execute()
    const surplus = others.slice(SESSIONS_PER_USER - 1).map((row) => row.id_hash)
    if (surplus.length > 0) {
      await work.query.deleteFrom('session').where('id_hash', 'in', surplus).execute()
    }
    await work.query
      .insertInto('session')
      .values({
        organisation: user.organisation,
        id_hash: tokenHash(cookie),
        user: user.id,
        created_at: now,
        last_seen_at: now,
        expires_at: later(now, LONGEST),
      })
      .execute()
    await writeAudit(work, {
      at: now,
      actor: `user:${user.id}`,
      action: 'session.begin',
      subject: user.id,
    })
  })
  return cookie
}

/** The subject behind a cookie, if the session still runs; notes that it was used. */
export async function sessionSubject(
  { database, clock }: SessionParts,
  cookie: string,
): Promise<Subject | undefined> {
  const hash = tokenHash(cookie)
  const now = clock.now()
  const row = await database.installation.query
    .selectFrom('session')
    .innerJoin('user', (join) =>
      join
        .onRef('user.organisation', '=', 'session.organisation')
        .onRef('user.id', '=', 'session.user'),
    )
    .select([
      'session.organisation',
      'session.last_seen_at',
      'session.expires_at',
      'user.id',
      'user.name',
      'user.roles',
    ])
    .where('session.id_hash', '=', hash)
    .where('user.disabled', '=', 0)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const idle = elapsed(row.last_seen_at, now)
  if (row.expires_at <= now || idle >= IDLE) return undefined
  if (idle >= SEEN_EVERY) await noteUse(database, { ...row, hash, now })
  return subjectOf(row)
}

async function noteUse(
  database: Database,
  seen: {
    readonly organisation: OrganisationId
    readonly hash: string
    readonly now: ReturnType<Clock['now']>
  },
): Promise<void> {
  await database.write(seen.organisation, 'normal', async ({ query }) => {
    await query
      .updateTable('session')
      .set({ last_seen_at: seen.now })
      .where('id_hash', '=', seen.hash)
      .where('last_seen_at', '<', seen.now)
      .execute()
  })
}

/** Ends a session; an unknown cookie is no error. */
export async function endSession(
  { database, clock }: SessionParts,
  cookie: string,
): Promise<void> {
  const hash = tokenHash(cookie)
  const row = await database.installation.query
    .selectFrom('session')
    .select(['organisation', 'user'])
    .where('id_hash', '=', hash)
    .executeTakeFirst()
  if (row === undefined) return
  await database.write(row.organisation, 'normal', async (work) => {
    await work.query.deleteFrom('session').where('id_hash', '=', hash).execute()
    await writeAudit(work, {
      at: clock.now(),
      actor: `user:${row.user}`,
      action: 'session.end',
      subject: row.user,
    })
  })
}
