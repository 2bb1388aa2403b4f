import { currentObject } from '../database/current-object.ts'
import type { Database, UnitOfWork } from '../database/database.ts'
import type { Clock, Random } from '../domain/clock.ts'
import { organisationId, slug, type OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import type { TimeUs } from '../domain/time.ts'
import { writeAudit } from './audit.ts'
import { newToken, sameHash, tokenHash } from './tokens.ts'

/** One in use and one to change to. */
const LIVE_TOKENS = 2
/** A token is 43 characters; a longer one is not worth hashing. */
const LONGEST_TOKEN = 200

export interface SourceTokenParts {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
}

/** A live token as it is listed; what it is can no longer be said. */
export interface SourceToken {
  readonly id: string
  readonly issued: TimeUs
}

/**
 * Gives a connection a new token, shown once. Two may be live, so that a sender can change from one
 * to the other. Throws Problem not_found for an unknown connection, conflict for a third token.
 */
export async function issueSourceToken(
  { database, clock, random }: SourceTokenParts,
  organisation: OrganisationId,
  connection: string,
): Promise<{ readonly id: string; readonly token: string }> {
  const token = newToken(random)
  const id = Buffer.from(random.bytes(6)).toString('hex')
  const now = clock.now()
  await database.write(organisation, 'normal', async (work) => {
    await refuseUnknown(work, connection)
    const live = await liveTokens(work.query, connection)
    if (live.length >= LIVE_TOKENS) throw tooMany(connection, live)
    await work.query
      .insertInto('source_token')
      .values({
        organisation,
        id,
        connection,
        secret_hash: tokenHash(token),
        created_at: now,
        revoked_at: null,
      })
      .execute()
    await writeAudit(work, {
      at: now,
      actor: 'local',
      action: 'connection.token.issue',
      subject: connection,
      detail: { token: id },
    })
  })
  return { id, token }
}

/** The live tokens of a connection, the oldest first. */
export async function sourceTokens(
  { database }: Pick<SourceTokenParts, 'database'>,
  organisation: OrganisationId,
  connection: string,
): Promise<readonly SourceToken[]> {
  const live = await liveTokens(database.read(organisation), connection)
  return live.map(({ id, created_at }) => ({ id, issued: created_at }))
}

/** Ends a token at once. Throws Problem not_found when the connection has no such live token. */
export async function revokeSourceToken(
  { database, clock }: Pick<SourceTokenParts, 'database' | 'clock'>,
  organisation: OrganisationId,
  named: { readonly connection: string; readonly token: string },
): Promise<void> {
  const now = clock.now()
  await database.write(organisation, 'normal', async (work) => {
    const known = await liveTokens(work.query, named.connection)
    if (!known.some(({ id }) => id === named.token)) throw unknownToken(named)
    await work.query
      .updateTable('source_token')
      .set({ revoked_at: now })
      .where('id', '=', named.token)
      .execute()
    await writeAudit(work, {
      at: now,
      actor: 'local',
      action: 'connection.token.revoke',
      subject: named.connection,
      detail: { token: named.token },
    })
  })
}

/** Whether the token opens the connection. Says no to whatever is not exactly right. */
export async function sourceLogin(
  { database }: Pick<SourceTokenParts, 'database'>,
  shown: {
    readonly organisation: string
    readonly connection: string
    readonly token: string
  },
): Promise<boolean> {
  const organisation = organisationId.safeParse(shown.organisation)
  const connection = slug.safeParse(shown.connection)
  if (!organisation.success || !connection.success) return false
  if (shown.token === '' || shown.token.length > LONGEST_TOKEN) return false
  const live = await liveTokens(database.read(organisation.data), connection.data)
  const hash = tokenHash(shown.token)
  let opens = false
  // Every one is compared, so that the time does not tell which of them it was.
  for (const { secret_hash } of live) if (sameHash(secret_hash, hash)) opens = true
  return opens
}

function liveTokens(query: UnitOfWork['query'], connection: string) {
  return query
    .selectFrom('source_token')
    .select(['id', 'secret_hash', 'created_at'])
    .where('connection', '=', connection)
    .where('revoked_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .limit(LIVE_TOKENS)
    .execute()
}

async function refuseUnknown({ query }: UnitOfWork, connection: string): Promise<void> {
  const known = await currentObject(query, 'connection', { slug: connection })
  if (known !== undefined) return
  throw new Problem({
    kind: 'not_found',
    what: `There is no connection ${connection}`,
    where: 'connection',
    next: 'Add the connection to the configuration and apply it, then ask for a token again',
  })
}

function tooMany(connection: string, live: readonly { readonly id: string }[]): Problem {
  return new Problem({
    kind: 'conflict',
    what: `The connection ${connection} has ${live.length} live tokens already`,
    where: 'connection',
    why: 'Two are enough to change from one to the other; a third would stay forgotten',
    next: `Revoke the one that is no longer used: ${live.map(({ id }) => id).join(' or ')}`,
    facts: { live: live.map(({ id }) => id) },
  })
}

function unknownToken(named: {
  readonly connection: string
  readonly token: string
}): Problem {
  return new Problem({
    kind: 'not_found',
    what: `The connection ${named.connection} has no live token ${named.token.slice(0, 40)}`,
    where: 'token',
    next: 'List the tokens of the connection and use an id from there',
  })
}
