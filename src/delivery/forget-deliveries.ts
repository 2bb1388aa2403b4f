import { durationUs, earlier, HOUR, type DurationUs, type TimeUs } from '../domain/time.ts'
import { PAGE_ROWS, type Forgets } from '../forgetting/forget-pages.ts'

/**
 * How long a row is known after it was delivered or given up. Whoever shows how rows fared forgets
 * them sooner: messages of desks go 90 days after they were written, and a row ends within 4 days of
 * that.
 */
export const DELIVERIES_KNOWN: DurationUs = durationUs(100 * 24 * HOUR)

/**
 * Rows of the outbox that are over. One that still waits stays, however old, and so does a letter of a
 * conversation that is known (`letter_window`): an answer to it, or what comes back, is found by its row.
 */
export const oldDeliveries: Forgets = (database, organisation, now) => {
  const before = earlier(now, DELIVERIES_KNOWN)
  const query = database.read(organisation)
  return {
    page: async (after) => {
      const rows = await query
        .selectFrom('outbox')
        .select(['id', 'delivered_at', 'failed_at'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(PAGE_ROWS)
        .execute()
      return rows.map((row) => ({ id: row.id, isOld: isOver(row, before) }))
    },
    forget: async (work, ids) => {
      const gone = await work.query
        .deleteFrom('outbox')
        .where('id', 'in', ids)
        .where('id', 'not in', (eb) =>
          eb.selectFrom('letter_window').select('letter_window.id').where('id', 'in', ids),
        )
        .returning('id')
        .execute()
      return gone.length
    },
  }
}

/** Neither waiting nor over since `before`; a letter may come back after it was handed over. Pure. */
function isOver(
  row: { readonly delivered_at: TimeUs | null; readonly failed_at: TimeUs | null },
  before: TimeUs,
): boolean {
  const over = Math.max(row.delivered_at ?? 0, row.failed_at ?? 0)
  return over > 0 && over < before
}
