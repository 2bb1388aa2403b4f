import { durationUs, earlier, HOUR, type DurationUs } from '../domain/time.ts'
import { PAGE_ROWS, type Forgets } from '../forgetting/forget-pages.ts'

/** How long letters that gathered are known after they began: as long as somebody may answer one. */
export const LETTERS_KNOWN: DurationUs = durationUs(400 * 24 * HOUR)

/**
 * Windows of old letters, unless something still waits to be sent to the same receiver: then it says
 * where that letter ends. Whoever gets a letter after that gets it in a new conversation. What has no
 * window is a delivery like any other.
 */
export const oldLetters: Forgets = (database, organisation, now) => {
  const before = earlier(now, LETTERS_KNOWN)
  const query = database.read(organisation)
  return {
    page: async (after) => {
      const rows = await query
        .selectFrom('letter_window')
        .select(['id', 'opened_at'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(PAGE_ROWS)
        .execute()
      return rows.map((row) => ({ id: row.id, isOld: row.opened_at < before }))
    },
    forget: async (work, ids) => {
      const gone = await work.query
        .deleteFrom('letter_window')
        .where('id', 'in', ids)
        .where('receiver', 'not in', (eb) =>
          eb
            .selectFrom('letter_window as other')
            .innerJoin('outbox', 'outbox.id', 'other.id')
            .select('other.receiver')
            .where('outbox.delivered_at', 'is', null)
            .where('outbox.failed_at', 'is', null)
            .where('other.receiver', 'in', (own) =>
              own
                .selectFrom('letter_window as one')
                .select('one.receiver')
                .where('one.id', 'in', ids),
            ),
        )
        .returning('id')
        .execute()
      return gone.length
    },
  }
}
