import { viewsOf } from '../case-views.ts'
import { caseRow } from '../case-row.ts'
import type { Cases } from '../cases.ts'
import { caseById } from '../change.ts'
import type { OwnParts } from '../parts.ts'

/** Cases in one answer; those that are left come when these were taken out. */
const REMAINING_MAX = 500

/**
 * What is still faulty of what lies in a case: cases whose own alarm stands. After a storm each can be
 * taken out of the storm's case, and then stands for itself.
 */
export function remaining(parts: OwnParts): Cases['remaining'] {
  return async (organisation, id) => {
    const query = parts.database.read(organisation)
    const row = await caseById(query, id)
    const rows = await query
      .selectFrom('case')
      .selectAll('case')
      .where('case.root', '=', row.id)
      .where('case.id', '<>', row.id)
      .where('case.id', 'in', (select) =>
        select
          .selectFrom('report')
          .innerJoin('occurrence', 'occurrence.id', 'report.occurrence')
          .innerJoin('alarm', 'alarm.id', 'occurrence.alarm')
          .select('report.case')
          .whereRef('alarm.occurrence', '=', 'occurrence.id')
          .where('alarm.condition', '=', 'active'),
      )
      .orderBy('case.opened_at')
      .orderBy('case.id')
      .limit(REMAINING_MAX)
      .execute()
    return await viewsOf(query, await parts.catalogue(organisation), rows.map(caseRow))
  }
}
