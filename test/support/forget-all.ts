import type { Database } from '../../src/database/database.ts'
import type { TimeUs } from '../../src/domain/time.ts'
import { forgetPages, type Forgets } from '../../src/forgetting/forget-pages.ts'
import { north } from './database.ts'

/** Forgets everything that is old in `north`; gives how many rows went. */
export async function forgetAll(
  forgets: Forgets,
  database: Database,
  now: TimeUs,
): Promise<number> {
  const walk = forgets(database, north, now)
  const walked = await forgetPages(database, north, walk, { after: '', pages: Infinity })
  return walked.forgotten
}
