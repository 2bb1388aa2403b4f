import type { UnitOfWork } from '../database/database.ts'
import type { TimeUs } from '../domain/time.ts'

/**
 * Notes that a letter came back after somebody had taken it over: it counts as failed and is not tried
 * again; when it was handed over stays to be seen. False for one that was never tried. The first note
 * stands.
 */
export async function markReturned(
  { query }: UnitOfWork,
  { id, error, now }: { readonly id: string; readonly error: string; readonly now: TimeUs },
): Promise<boolean> {
  const row = await query
    .selectFrom('outbox')
    .select('failed_at')
    .where('id', '=', id)
    .where('kind', 'like', 'mail.%')
    .where('attempts', '>', 0)
    .executeTakeFirst()
  if (row === undefined) return false
  await query
    .updateTable('outbox')
    .set({ failed_at: now, leased_until: null, error })
    .where('id', '=', id)
    .where('failed_at', 'is', null)
    .execute()
  return true
}
