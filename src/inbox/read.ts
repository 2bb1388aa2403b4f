import type { Selectable } from 'kysely'
import type { Database, UnitOfWork } from '../database/database.ts'
import type { Tables } from '../database/tables.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import type { TimeUs } from '../domain/time.ts'
import { identityList } from './keep.ts'

/** Strangers of one kind on one connection. */
export interface InboxGroup {
  readonly id: string
  readonly connection: string
  /** Of their name and their messages, in words. */
  readonly shape: string
  /** What the last of them called itself. */
  readonly identity: string
  /** The last 20 names, the newest first. */
  readonly identities: readonly string[]
  /** Messages. */
  readonly count: number
  /** Messages a minute between the first and the last; undefined while there is one. */
  readonly perMinute: number | undefined
  readonly firstAt: TimeUs
  readonly lastAt: TimeUs
  /** Beginning of the last message, at most 4 KiB. */
  readonly sample: Uint8Array
  readonly dismissedAt: TimeUs | undefined
}

export interface InboxRequest {
  readonly organisation: OrganisationId
  /** 1 to 1,000. */
  readonly limit: number
  /** Those that were dismissed too, and those that are devices by now. */
  readonly all?: boolean
  /** Who is a device by now, as `knownSenders` knows; left out: nobody is. */
  readonly known?: (connection: string, identity: string) => boolean
}

/**
 * The groups that were heard last come first. A sender that has become a device is no longer named,
 * and a group of which nobody is left is no longer there.
 */
export async function listInbox(
  database: Database,
  { organisation, limit, all = false, known = () => false }: InboxRequest,
): Promise<readonly InboxGroup[]> {
  const read = database.read(organisation)
  let query = read
    .selectFrom('inbox')
    .select(['id', 'connection', 'identities'])
    .orderBy('last_at', 'desc')
    .orderBy('id', 'desc')
  if (!all) query = query.where('dismissed_at', 'is', null)
  // At most MOST_KEPT; their messages are fetched of those only that are shown.
  const strangers = new Map<string, readonly string[]>()
  for (const { id, connection, identities } of await query.execute()) {
    const names = namesOf(identities)
    const left = all ? names : names.filter((name) => !known(connection, name))
    if (left.length > 0) strangers.set(id, left)
    if (strangers.size >= limit) break
  }
  if (strangers.size === 0) return []
  const rows = await read
    .selectFrom('inbox')
    .selectAll()
    .where('id', 'in', [...strangers.keys()])
    .orderBy('last_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
  return rows.map((row) => groupOf(row, strangers.get(row.id)))
}

function namesOf(text: string): readonly string[] {
  return identityList.parse(JSON.parse(text))
}

/** Rejects with Problem not_found, for another organisation's group too. */
export async function getInboxGroup(
  database: Database,
  organisation: OrganisationId,
  id: string,
): Promise<InboxGroup> {
  const row = await database
    .read(organisation)
    .selectFrom('inbox')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  if (row !== undefined) return groupOf(row)
  throw unknownGroup(organisation, id)
}

export interface Dismissal {
  readonly organisation: OrganisationId
  readonly id: string
  readonly at: TimeUs
  /** Done in the same transaction, for instance to write it to the audit log. */
  readonly noted?: (work: UnitOfWork) => Promise<void>
}

/**
 * Takes a group off the list. It goes on to be counted, and a message of another shape is another
 * group. Rejects with Problem not_found; dismissing twice changes nothing.
 */
export async function dismissGroup(
  database: Database,
  { organisation, id, at, noted }: Dismissal,
): Promise<InboxGroup> {
  return database.write(organisation, 'normal', async (work) => {
    const row = await work.query
      .selectFrom('inbox')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    if (row === undefined) throw unknownGroup(organisation, id)
    if (row.dismissed_at !== null) return groupOf(row)
    await work.query
      .updateTable('inbox')
      .set({ dismissed_at: at })
      .where('id', '=', id)
      .execute()
    await noted?.(work)
    return groupOf({ ...row, dismissed_at: at })
  })
}

function unknownGroup(organisation: OrganisationId, id: string): Problem {
  return new Problem({
    kind: 'not_found',
    what: `the inbox of ${organisation} has nothing with the id ${id}`,
    next: 'take the id from the list; what was not heard for long makes room for others',
  })
}

const minuteUs = 60_000_000

/** With all its names, or with those that are given. */
function groupOf(
  row: Selectable<Tables['inbox']>,
  identities: readonly string[] = namesOf(row.identities),
): InboxGroup {
  const { first_at: firstAt, last_at: lastAt, count, dismissed_at } = row
  const minutes = (lastAt - firstAt) / minuteUs
  return {
    id: row.id,
    connection: row.connection,
    shape: row.shape,
    identity: identities[0] ?? row.identity,
    identities,
    count,
    perMinute: minutes > 0 ? Number(((count - 1) / minutes).toPrecision(3)) : undefined,
    firstAt,
    lastAt,
    sample: Buffer.from(row.sample, 'base64'),
    dismissedAt: dismissed_at ?? undefined,
  }
}
