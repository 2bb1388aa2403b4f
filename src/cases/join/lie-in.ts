import { derivedId } from '../../database/derived-id.ts'
import type { UnitOfWork } from '../../database/database.ts'
import type { TimeUs } from '../../domain/time.ts'
import type { CaseRow } from '../case-row.ts'
import { changeCase, touchCase } from '../change.ts'
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
  { append }: Pick<OwnParts, 'append'>,
  { row, into, at }: { readonly row: CaseRow; readonly into: CaseRow; readonly at: TimeUs },
): Promise<CaseRow> {
  await work.query
    .insertInto('case_merge')
    .values({
      organisation: work.organisation,
      id: derivedId('merge', row.id, row.version),
      case: row.id,
      into: into.id,
      at,
      actor: INTAKE,
      undone_at: null,
      undone_by: null,
    })
    .execute()
  await append(work, row.id, {
    kind: 'merged',
    actor: INTAKE,
    at,
    visibility: 'internal',
    data: { into: into.id, from: row.state, to: 'closed', reason: 'duplicate' },
  })
  const changed = await changeCase(work, row, {
    state: 'closed',
    at,
    closed_at: at,
    closing: { reason: 'duplicate', text: null },
    root: into.id,
  })
  await touchCase(work, into, { category: row.category, at })
  await append(work, into.id, {
    kind: 'report_joined',
    actor: INTAKE,
    at,
    visibility: 'internal',
    data: { other: row.id },
  })
  return changed
}
