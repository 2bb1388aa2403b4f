import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { Database, UnitOfWork } from '../database/database.ts'
import type { Tables } from '../database/tables.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { timeUs, type TimeUs } from '../domain/time.ts'
import type { ReadingStore } from '../store/reading-store.ts'
import { isRefused, reasonOf } from './projector/faults.ts'
import { quarantinedOf, type Quarantined } from './quarantine/rows.ts'

export type { Quarantined } from './quarantine/rows.ts'

/** Whose quarantine is looked at; left out: everybody's, and what belongs to nobody. */
export interface QuarantineScope {
  readonly organisation?: OrganisationId
}

export interface QuarantinePage extends QuarantineScope {
  /** 1 to 500. */
  readonly limit: number
  /** `next` of the page before. */
  readonly before?: string
}

/** A page, the newest first; `next` is undefined on the last one. */
export async function listQuarantine(
  database: Database,
  page: QuarantinePage,
): Promise<{ readonly rows: readonly Quarantined[]; readonly next: string | undefined }> {
  const { limit, before } = page
  let query = queriesOf(database, page)
    .selectFrom('quarantine')
    .selectAll()
    .orderBy('last_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
  if (before !== undefined) {
    const { at, id } = placeOf(before)
    query = query.where((eb) =>
      eb.or([eb('last_at', '<', at), eb.and([eb('last_at', '=', at), eb('id', '<', id)])]),
    )
  }
  const found = await query.execute()
  const rows = found.slice(0, limit).map(quarantinedOf)
  const last = rows.at(-1)
  const more = found.length > limit && last !== undefined
  return { rows, next: more ? `${last.lastAt}.${last.id}` : undefined }
}

/** Rejects with Problem not_found, for another organisation's row too. */
export async function getQuarantined(
  database: Database,
  id: string,
  scope: QuarantineScope = {},
): Promise<Quarantined> {
  const row = await queriesOf(database, scope)
    .selectFrom('quarantine')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  if (row !== undefined) return quarantinedOf(row)
  throw new Problem({
    kind: 'not_found',
    what: `there is nothing with the id ${id} in quarantine`,
    next: 'look at the list; what has landed is no longer in it',
  })
}

/** What became of one that was to be replayed. */
export type Replayed =
  | { readonly id: string; readonly outcome: 'landed' }
  | { readonly id: string; readonly outcome: 'refused'; readonly reason: string }

export interface ReplayQuarantinedParts {
  readonly database: Database
  readonly store: Pick<ReadingStore, 'rewrite'>
  /** Done in the transaction that removes a row that has landed, for instance to write it to the audit log. */
  readonly removed?: (work: UnitOfWork, row: Quarantined) => Promise<void>
}

/**
 * Writes a reading to the store once more and, when it lands, removes it from the quarantine.
 * Rejects with Problem conflict for what is no reading, and with the store's own when it is away.
 */
export async function replayQuarantined(
  { database, store, removed }: ReplayQuarantinedParts,
  row: Quarantined,
): Promise<Replayed> {
  const { id } = row
  if (row.kind !== 'reading') throw notReplayable(row)
  const { organisation, position, reading } = row
  if (reading === undefined) return { id, outcome: 'refused', reason: row.reason }
  try {
    await store.rewrite([{ organisation, position, readings: [reading] }])
  } catch (error) {
    if (!isRefused(error)) throw error
    return { id, outcome: 'refused', reason: reasonOf(error) }
  }
  await database.write(organisation, 'normal', async (work) => {
    await work.query.deleteFrom('quarantine').where('id', '=', id).execute()
    await removed?.(work, row)
  })
  return { id, outcome: 'landed' }
}

function notReplayable({ id, kind }: Quarantined): Problem {
  return new Problem({
    kind: 'conflict',
    what: `${id} is no reading, so it cannot be written again`,
    why:
      kind === 'corrupt'
        ? 'it tells of a record of the log whose content is lost'
        : 'it only counts readings that were too many to be kept one by one',
    ...(kind === 'more' && {
      next: 'decode them again from the log with gatuvakt replay',
    }),
  })
}

function queriesOf(database: Database, { organisation }: QuarantineScope): Kysely<Tables> {
  return organisation === undefined
    ? database.installation.query
    : database.read(organisation)
}

const place = z
  .string()
  .regex(/^\d{1,16}\.[0-9a-f]{32}$/)
  .transform((text) => {
    const [at = '', id = ''] = text.split('.')
    return { at: timeUs(Number(at)), id }
  })

function placeOf(before: string): { readonly at: TimeUs; readonly id: string } {
  const parsed = place.safeParse(before)
  if (parsed.success) return parsed.data
  throw new Problem({
    kind: 'invalid',
    what: 'this is no place in the list',
    where: 'before',
    next: 'take it from `next` of the page before, or leave it out',
  })
}
