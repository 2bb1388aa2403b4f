import { sql } from 'kysely'
import { z } from 'zod'
import type { Database, ScopedQueries } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { newestFirst, type Folded } from './fold.ts'

/** Groups kept of one organisation; those that were heard longest ago go first. */
export const MOST_KEPT = 1_000

export const identityList = z.array(z.string())

/** Adds to the groups that are there, makes those that are not, and keeps within the bound. */
export async function keepStrangers(
  database: Database,
  batch: readonly Folded[],
): Promise<void> {
  for (const [organisation, all] of Map.groupBy(batch, (one) => one.organisation)) {
    // More than are kept at all could only push each other out.
    const groups = all.toSorted((a, b) => b.last - a.last).slice(0, MOST_KEPT)
    await database.write(organisation, 'normal', async ({ query }) => {
      for (const group of groups) await keep(query, group)
      await forgetOldest(query, organisation)
    })
  }
}

async function keep(query: ScopedQueries, group: Folded): Promise<void> {
  const { organisation, id, connection, shape, count, first, last } = group
  const known = await query
    .selectFrom('inbox')
    .select('identities')
    .where('id', '=', id)
    .executeTakeFirst()
  const before = known === undefined ? [] : identityList.parse(JSON.parse(known.identities))
  const newest = {
    identity: group.identities[0] ?? '',
    identities: JSON.stringify(newestFirst(group.identities, before)),
    sample: Buffer.from(group.sample).toString('base64'),
    last_at: last,
  }
  await query
    .insertInto('inbox')
    .values({
      organisation,
      id,
      connection,
      shape,
      ...newest,
      count,
      first_at: first,
      dismissed_at: null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['organisation', 'id'])
        .doUpdateSet({ ...newest, count: sql`inbox.count + ${count}` }),
    )
    .execute()
}

async function forgetOldest(
  query: ScopedQueries,
  organisation: OrganisationId,
): Promise<void> {
  const surplus = await query
    .selectFrom('inbox')
    .select(['id'])
    .where('organisation', '=', organisation)
    .orderBy('last_at', 'desc')
    .orderBy('id', 'desc')
    // One batch never brings more than that.
    .limit(MOST_KEPT)
    .offset(MOST_KEPT)
    .execute()
  for (const { id } of surplus) {
    await query.deleteFrom('inbox').where('id', '=', id).execute()
  }
}
