import { timingSafeEqual } from 'node:crypto'
import { tokenHash } from '../cases/ids.ts'
import type { Database, UnitOfWork } from '../database/database.ts'
import type { Clock, Random } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import type { TimeUs } from '../domain/time.ts'

/** One in use and one to change to. */
const LIVE_KEYS = 2

export interface KeyParts {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  /** Writes down who did what, in the same transaction. */
  readonly audit: (
    work: UnitOfWork,
    entry: {
      readonly at: TimeUs
      readonly actor: string
      readonly action: string
      readonly subject: string
      readonly detail: Readonly<Record<string, string>>
    },
  ) => Promise<void>
}

/** A live key as it is listed; what it is can no longer be said. */
export interface ClientKey {
  readonly id: string
  readonly issued: TimeUs
}

/** The keys of an installation's clients, for the commands at the machine. */
export interface ClientKeys {
  issue(
    organisation: OrganisationId,
    client: string,
  ): Promise<{ readonly id: string; readonly key: string }>
  list(organisation: OrganisationId, client: string): Promise<readonly ClientKey[]>
  revoke(
    organisation: OrganisationId,
    named: { readonly client: string; readonly key: string },
  ): Promise<void>
}

/** The same functions, with what they stand on. */
export function createClientKeys(parts: KeyParts): ClientKeys {
  return {
    issue: (organisation, client) => issueClientKey(parts, organisation, client),
    list: (organisation, client) => clientKeys(parts, organisation, client),
    revoke: (organisation, named) => revokeClientKey(parts, organisation, named),
  }
}

/**
 * Gives a client a new key, `kv1_`, its id and 256 random bits, shown once; the database keeps its
 * SHA-256. Throws Problem conflict for a third live key. Who calls it has seen that the client is
 * among the partners.
 */
export async function issueClientKey(
  { database, clock, random, audit }: KeyParts,
  organisation: OrganisationId,
  client: string,
): Promise<{ readonly id: string; readonly key: string }> {
  const id = Buffer.from(random.bytes(6)).toString('hex')
  const key = `kv1_${id}_${Buffer.from(random.bytes(32)).toString('base64url')}`
  const now = clock.now()
  await database.write(organisation, 'normal', async (work) => {
    const live = await liveKeys(work.query, client)
    if (live.length >= LIVE_KEYS) throw tooMany(client, live)
    await work.query
      .insertInto('open311_key')
      .values({
        organisation,
        id,
        client,
        secret_hash: tokenHash(key),
        created_at: now,
        revoked_at: null,
      })
      .execute()
    await audit(work, {
      at: now,
      actor: 'local',
      action: 'open311.key.issue',
      subject: client,
      detail: { key: id },
    })
  })
  return { id, key }
}

/** The live keys of a client, the oldest first. */
async function clientKeys(
  { database }: Pick<KeyParts, 'database'>,
  organisation: OrganisationId,
  client: string,
): Promise<readonly ClientKey[]> {
  const live = await liveKeys(database.read(organisation), client)
  return live.map(({ id, created_at }) => ({ id, issued: created_at }))
}

/** Ends a key at once. Throws Problem not_found when the client has no such live key. */
async function revokeClientKey(
  { database, clock, audit }: Pick<KeyParts, 'database' | 'clock' | 'audit'>,
  organisation: OrganisationId,
  named: { readonly client: string; readonly key: string },
): Promise<void> {
  const now = clock.now()
  await database.write(organisation, 'normal', async (work) => {
    const live = await liveKeys(work.query, named.client)
    if (!live.some(({ id }) => id === named.key)) throw unknownKey(named)
    await work.query
      .updateTable('open311_key')
      .set({ revoked_at: now })
      .where('id', '=', named.key)
      .execute()
    await audit(work, {
      at: now,
      actor: 'local',
      action: 'open311.key.revoke',
      subject: named.client,
      detail: { key: named.key },
    })
  })
}

/** Whose key it is in this organisation; undefined for whatever is not exactly right. */
export async function clientOf(
  { database }: Pick<KeyParts, 'database'>,
  organisation: OrganisationId,
  shown: string,
): Promise<string | undefined> {
  const [, id] = /^kv1_([0-9a-f]{12})_[A-Za-z0-9_-]{43}$/.exec(shown) ?? []
  if (id === undefined) return undefined
  const row = await database
    .read(organisation)
    .selectFrom('open311_key')
    .select(['client', 'secret_hash'])
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const [kept, given] = [Buffer.from(row.secret_hash), Buffer.from(tokenHash(shown))]
  const same = kept.length === given.length && timingSafeEqual(kept, given)
  return same ? row.client : undefined
}

function liveKeys(query: UnitOfWork['query'], client: string) {
  return query
    .selectFrom('open311_key')
    .select(['id', 'created_at'])
    .where('client', '=', client)
    .where('revoked_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .limit(LIVE_KEYS)
    .execute()
}

function tooMany(client: string, live: readonly { readonly id: string }[]): Problem {
  const ids = live.map(({ id }) => id)
  return new Problem({
    kind: 'conflict',
    what: `The client ${client} has ${ids.length} live keys already`,
    where: 'client',
    why: 'Two are enough to change from one to the other; a third would stay forgotten',
    next: `Revoke the one that is no longer used: ${ids.join(' or ')}`,
    facts: { live: ids },
  })
}

function unknownKey(named: { readonly client: string; readonly key: string }): Problem {
  return new Problem({
    kind: 'not_found',
    what: `The client ${named.client} has no live key ${named.key.slice(0, 40)}`,
    where: 'key',
    next: 'List the keys of the client and use an id from there',
  })
}
