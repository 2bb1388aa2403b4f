import type { ScopedQueries, UnitOfWork } from '../../database/database.ts'
import { Problem } from '../../domain/problem.ts'
import type { TimeUs } from '../../domain/time.ts'
import type { CaseRow } from '../case-row.ts'
import type { CaseCatalogue } from '../catalogue.ts'
import { openCaseAt } from '../join/find.ts'
import { openForAlarm } from '../join/open-for-alarm.ts'
import type { OwnParts } from '../parts.ts'

/** With more assets than this still faulty, the group is not over. */
const FAULTY_MAX = 200

/**
 * Gives what is still faulty of a group that was just closed a case of its own, through the alarm's
 * own occurrence. Throws Problem conflict when that is too much for a group to be over.
 */
export async function releaseFaulty(
  work: UnitOfWork,
  parts: OwnParts,
  {
    row,
    at,
    catalogue,
  }: { readonly row: CaseRow; readonly at: TimeUs; readonly catalogue: CaseCatalogue },
): Promise<void> {
  const faulty = await stillFaulty(work.query, row)
  if (faulty.length > FAULTY_MAX) {
    throw new Problem({
      kind: 'conflict',
      what: `More than ${FAULTY_MAX} assets of this case are still faulty.`,
      where: 'to',
      next: 'Close it when most of them are well again.',
    })
  }
  for (const { asset, occurrence } of faulty) {
    if ((await openCaseAt(work.query, asset, row.join_class)) !== undefined) continue
    const id = await openForAlarm(work, parts, {
      catalogue,
      occurrence,
      asset,
      fault: { category: row.category, joinClass: row.join_class },
      since: at,
      now: at,
      recurrenceOf: row.id,
    })
    await work.query
      .updateTable('occurrence')
      .set({ case: id })
      .where('id', '=', occurrence)
      .execute()
  }
}

/** Assets of the group whose own alarm stands, one more than may be, the group's own left out. */
async function stillFaulty(
  query: ScopedQueries,
  row: CaseRow,
): Promise<readonly { readonly asset: string; readonly occurrence: string }[]> {
  return await query
    .selectFrom('case_asset')
    .innerJoin('occurrence', 'occurrence.id', 'case_asset.occurrence')
    .innerJoin('alarm', 'alarm.id', 'occurrence.alarm')
    .select(['case_asset.asset', 'case_asset.occurrence'])
    .whereRef('alarm.occurrence', '=', 'occurrence.id')
    .where('case_asset.case', '=', row.id)
    .where('case_asset.asset', '<>', row.asset ?? '')
    .where('alarm.condition', '=', 'active')
    .orderBy('case_asset.asset')
    .limit(FAULTY_MAX + 1)
    .execute()
}
