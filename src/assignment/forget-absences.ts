import { earlier } from '../domain/time.ts'
import { PAGE_ROWS, type Forgets } from '../forgetting/forget-pages.ts'
import { LISTED } from './absence-times.ts'

/**
 * Rights of deputies that ended when their absence went from the list, also where the absence stays. A
 * case that a deputy still has is remembered: it goes back when the person is away and back once more.
 */
export const oldGrants: Forgets = (database, organisation, now) => {
  const before = earlier(now, LISTED)
  return {
    page: async (after) => {
      const rows = await database
        .read(organisation)
        .selectFrom('delegated_grant')
        .innerJoin('case', 'case.id', 'delegated_grant.case')
        .select(['delegated_grant.id', 'until_at', 'revoked_at', 'case.closed_at'])
        .where('delegated_grant.id', '>', after)
        .orderBy('delegated_grant.id')
        .limit(PAGE_ROWS)
        .execute()
      return rows.map(({ id, until_at, revoked_at, closed_at }) => ({
        id,
        isOld: until_at < before && (revoked_at !== null || closed_at !== null),
      }))
    },
    forget: async ({ query }, ids) => {
      const gone = await query
        .deleteFrom('delegated_grant')
        .where('id', 'in', ids)
        .executeTakeFirst()
      return Number(gone.numDeletedRows)
    },
  }
}

/** Absences that are over, no longer in the list, and because of which nobody has a right any more. */
export const oldAbsences: Forgets = (database, organisation, now) => {
  const before = earlier(now, LISTED)
  return {
    page: async (after) => {
      const rows = await database
        .read(organisation)
        .selectFrom('absence')
        .select(['id', 'until_at', 'phase'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(PAGE_ROWS)
        .execute()
      return rows.map(({ id, until_at, phase }) => ({
        id,
        isOld: phase === 'over' && until_at < before,
      }))
    },
    forget: async ({ query }, ids) => {
      const gone = await query
        .deleteFrom('absence')
        .where('id', 'in', ids)
        .where('id', 'not in', (eb) =>
          eb
            .selectFrom('delegated_grant')
            .select('delegated_grant.absence')
            .where('delegated_grant.absence', 'in', ids),
        )
        .executeTakeFirst()
      return Number(gone.numDeletedRows)
    },
  }
}
