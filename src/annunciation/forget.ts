import type { Database, ScopedQueries } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { durationUs, earlier, HOUR, timeUs, type TimeUs } from '../domain/time.ts'

/** What is over is kept so long for those who look back. */
export const KEPT = durationUs(90 * 24 * HOUR)

/** Rows forgotten in one go. */
const AT_ONCE = 500

/** How often that is looked at. */
export const FORGET_EVERY = HOUR

/** Forgets what has been over for 90 days. */
export async function forgetOld(
  database: Database,
  organisation: OrganisationId,
  now: TimeUs,
): Promise<void> {
  const before = timeUs(Math.max(0, earlier(now, KEPT)))
  await database.write(organisation, 'normal', async ({ query }) => {
    await forgetOccurrences(query, before)
    await forgetGroups(query, before)
    const old = await query
      .selectFrom('telling')
      .select('id')
      .where('at', '<', before)
      .limit(AT_ONCE)
      .execute()
    if (old.length === 0) return
    const ids = old.map(({ id }) => id)
    await query.deleteFrom('telling').where('id', 'in', ids).execute()
  })
}

async function forgetOccurrences(query: ScopedQueries, before: TimeUs): Promise<void> {
  const done = await query
    .selectFrom('escalation')
    .select(['desk', 'occurrence'])
    .where('open', '=', 0)
    .where('changed_at', '<', before)
    .limit(AT_ONCE)
    .execute()
  for (const { desk, occurrence } of done) {
    for (const table of ['told', 'escalation'] as const) {
      await query
        .deleteFrom(table)
        .where('desk', '=', desk)
        .where('occurrence', '=', occurrence)
        .execute()
    }
  }
}

/** Their lines stay for ever: they number the messages, and a number that comes twice would be one message. */
async function forgetGroups(query: ScopedQueries, before: TimeUs): Promise<void> {
  const idle = await query
    .selectFrom('telling_group')
    .select(['desk', 'group_key'])
    .where('due_at', 'is', null)
    .where('changed_at', '<', before)
    .limit(AT_ONCE)
    .execute()
  // One that an acknowledged alarm still stands in is made anew by what is announced of it next.
  for (const { desk, group_key: group } of idle) {
    await query
      .deleteFrom('telling_group')
      .where('desk', '=', desk)
      .where('group_key', '=', group)
      .execute()
  }
}
