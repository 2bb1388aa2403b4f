import type { UnitOfWork } from '../../database/database.ts'
import type { TimeUs } from '../../domain/time.ts'
import type { CaseRow } from '../case-row.ts'
import { linkCase } from '../merge/link.ts'
import type { OwnParts } from '../parts.ts'

/** Who is named when a case lies in another one from its beginning. */
const INTAKE = 'intake'

/**
 * A case that has a number of its own and yet belongs to another one lies in that from its beginning:
 * the same link as after merging, undone in the same way. Nobody gets a letter of it, and the other
 * case's clocks are not asked: thousands may come in an hour. `row` is as it was opened.
 */
export async function lieIn(
  work: UnitOfWork,
  parts: Pick<OwnParts, 'append'>,
  of: { readonly row: CaseRow; readonly into: CaseRow; readonly at: TimeUs },
): Promise<CaseRow> {
  const told = { visibility: 'internal', other: 'report_joined' } as const
  return await linkCase(work, parts, { ...of, ...told, actor: INTAKE })
}
