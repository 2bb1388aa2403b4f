import type { Database } from '../../database/database.ts'
import type { Position } from '../../domain/position.ts'
import type { TimeUs } from '../../domain/time.ts'
import { detector, storedPosition } from '../checkpoint.ts'

/** Where the detector stands and when that was saved, whatever log it is in; undefined before its first start. */
export async function readPlace(
  database: Database,
): Promise<{ readonly position: Position; readonly savedAt: TimeUs } | undefined> {
  const row = await database.installation.query
    .selectFrom('checkpoint')
    .selectAll()
    .where('consumer', '=', detector)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return { position: storedPosition.parse(JSON.parse(row.position)), savedAt: row.saved_at }
}

/**
 * Lets the detector go on elsewhere with the state it has. When it was saved stays as it is: the time
 * since then is time in which nothing was heard, and the next start says so.
 */
export async function movePlace(database: Database, to: Position): Promise<void> {
  const position = JSON.stringify(to)
  await database.installation.write('normal', async (query) => {
    await query
      .updateTable('checkpoint')
      .set({ position })
      .where('consumer', '=', detector)
      .execute()
  })
}
