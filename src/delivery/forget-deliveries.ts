import type { Database, ScopedQueries } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { durationUs, earlier, HOUR, type DurationUs, type TimeUs } from '../domain/time.ts'
import { forgetPages } from './forget-pages.ts'

/**
 * How long a row is known after it was delivered or given up. Whoever shows how rows fared forgets
 * them sooner: messages of desks go 90 days after they were written, and a row ends within 4 days of
 * that.
 */
export const DELIVERIES_KNOWN: DurationUs = durationUs(100 * 24 * HOUR)

/** Rows of one page, and of one transaction. */
const AT_ONCE = 1_000

/**
 * Forgets rows of the outbox that are over. One that still waits stays, however old, and so does a
 * letter of a conversation that is known (`letter_window`): an answer to it, or what comes back, is
 * found by its row. Resolves to how many rows went.
 */
export async function forgetDeliveries(
  database: Database,
  organisation: OrganisationId,
  now: TimeUs,
): Promise<number> {
  const before = earlier(now, DELIVERIES_KNOWN)
  const query = database.read(organisation)
  return await forgetPages({
    page: (after) =>
      query
        .selectFrom('outbox')
        .select(['id', 'delivered_at', 'failed_at'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(AT_ONCE)
        .execute(),
    atOnce: AT_ONCE,
    isOld: (row) => isOver(row, before),
    forget: (old) =>
      database.write(organisation, 'normal', (work) => forgetRows(work.query, old)),
  })
}

/** Neither waiting nor over since `before`; a letter may come back after it was handed over. Pure. */
function isOver(
  row: { readonly delivered_at: TimeUs | null; readonly failed_at: TimeUs | null },
  before: TimeUs,
): boolean {
  const over = Math.max(row.delivered_at ?? 0, row.failed_at ?? 0)
  return over > 0 && over < before
}

async function forgetRows(query: ScopedQueries, ids: readonly string[]): Promise<number> {
  const gone = await query
    .deleteFrom('outbox')
    .where('id', 'in', ids)
    .where('id', 'not in', (eb) =>
      eb.selectFrom('letter_window').select('letter_window.id').where('id', 'in', ids),
    )
    .returning('id')
    .execute()
  return gone.length
}
