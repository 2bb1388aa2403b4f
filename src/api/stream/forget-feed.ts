import { PAGE_ROWS, type Forgets } from '../../forgetting/forget-pages.ts'
import { CATCH_UP, currentNumber } from './feed-rows.ts'

/** Changes that nobody is told one by one any more: whoever is so far behind loads everything anew. */
export const oldChanges: Forgets = (database, organisation) => {
  const query = database.read(organisation)
  return {
    page: async (after) => {
      const newest = await currentNumber(query)
      const rows = await query
        .selectFrom('feed')
        .select('number')
        .where('number', '>', Number(after))
        .where('number', '<=', newest - CATCH_UP)
        .orderBy('number')
        .limit(PAGE_ROWS)
        .execute()
      return rows.map(({ number }) => ({ id: String(number), isOld: true }))
    },
    forget: async (work, ids) => {
      const gone = await work.query
        .deleteFrom('feed')
        .where('number', 'in', ids.map(Number))
        .executeTakeFirst()
      return Number(gone.numDeletedRows)
    },
  }
}
