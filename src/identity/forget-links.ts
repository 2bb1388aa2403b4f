import { PAGE_ROWS, type Forgets } from '../forgetting/forget-pages.ts'

/** Links that set a password no more: used, or too old. Whoever shows one is told the same without it. */
export const oldLinks: Forgets = (database, organisation, now) => ({
  page: async (after) => {
    const rows = await database
      .read(organisation)
      .selectFrom('one_time_link')
      .select(['token_hash', 'expires_at', 'used_at'])
      .where('token_hash', '>', after)
      .orderBy('token_hash')
      .limit(PAGE_ROWS)
      .execute()
    return rows.map(({ token_hash, expires_at, used_at }) => ({
      id: token_hash,
      isOld: used_at !== null || expires_at <= now,
    }))
  },
  forget: async ({ query }, ids) => {
    const gone = await query
      .deleteFrom('one_time_link')
      .where('token_hash', 'in', ids)
      .executeTakeFirst()
    return Number(gone.numDeletedRows)
  },
})
