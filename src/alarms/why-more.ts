import type { ScopedQueries } from '../database/database.ts'
import { toIso } from '../domain/time.ts'
import { MEMBER } from './topology/gathering.ts'
import type { WhyView } from './views.ts'

/**
 * How the newest acknowledgement of an occurrence fared at the source that raised it; null for an
 * alarm of our own, and for one that nobody acknowledged.
 */
export async function atSource(
  query: ScopedQueries,
  occurrence: string | null,
): Promise<WhyView['atSource']> {
  if (occurrence === null) return null
  const row = await query
    .selectFrom('source_acknowledgement')
    .select(['device', 'requested_at', 'tries', 'done_at', 'error'])
    .where('occurrence', '=', occurrence)
    .orderBy('requested_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (row === undefined) return null
  const { device, tries, error } = row
  const ended = row.error === null ? 'told' : 'failed'
  const state = row.done_at === null ? 'waiting' : ended
  return { state, device, requestedAt: toIso(row.requested_at), tries, error }
}

/** Evidence with the names of the assets that it names, as they are called now. */
export async function withNames(
  query: ScopedQueries,
  evidence: WhyView['evidence'],
): Promise<WhyView['evidence']> {
  const ids = evidence.flatMap(({ condition, value }) =>
    condition === MEMBER && typeof value === 'string' ? [value] : [],
  )
  if (ids.length === 0) return evidence
  const rows = await query
    .selectFrom('asset')
    .select(['id', 'name'])
    .where('id', 'in', ids)
    .execute()
  const names = new Map(rows.map(({ id, name }) => [id, name]))
  return evidence.map((one) =>
    one['condition'] === MEMBER && typeof one['value'] === 'string'
      ? { ...one, name: names.get(one['value']) ?? one['value'] }
      : one,
  )
}
