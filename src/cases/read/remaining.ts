import type { Selectable } from 'kysely'
import type { ScopedQueries } from '../../database/database.ts'
import type { Tables } from '../../database/tables.ts'
import { viewsOf } from '../case-views.ts'
import { caseRow, type CaseRow } from '../case-row.ts'
import type { Cases } from '../cases.ts'
import { caseById } from '../change.ts'
import type { OwnParts } from '../parts.ts'

/** Cases in one answer; those that are left come when these were taken out, or their alarms cleared. */
const REMAINING_MAX = 500

/**
 * What is still faulty of what a case gathered: cases whose own alarm stands. What lies in it can be taken
 * out, and then stands for itself; what a group left behind when it closed has a case of its own already.
 */
export function remaining(parts: OwnParts): Cases['remaining'] {
  return async (organisation, id) => {
    const query = parts.database.read(organisation)
    const row = await caseById(query, id)
    const inside = await faulty(query)
      .where('case.root', '=', row.id)
      .where('case.id', '<>', row.id)
      .execute()
    const left = row.kind === 'group' ? await leftBehind(query, row) : []
    // What came out of the group when it closed is no more to be taken out of it.
    const out = new Set(left.map(({ asset }) => asset))
    const rows = [...left, ...inside.filter(({ asset }) => !out.has(asset))]
      .slice(0, REMAINING_MAX)
      .map(caseRow)
    return await viewsOf(query, await parts.catalogue(organisation), rows)
  }
}

/** Cases of the group's assets that were opened when it closed. */
async function leftBehind(
  query: ScopedQueries,
  { id }: CaseRow,
): Promise<readonly Selectable<Tables['case']>[]> {
  return await faulty(query)
    .where('case.recurrence_of', '=', id)
    // All are of these assets, and by the asset they are found.
    .where('case.asset', 'in', (select) =>
      select.selectFrom('case_asset').select('asset').where('case_asset.case', '=', id),
    )
    .execute()
}

function faulty(query: ScopedQueries) {
  return query
    .selectFrom('case')
    .selectAll('case')
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
}
