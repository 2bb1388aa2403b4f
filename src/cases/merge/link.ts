import type { UnitOfWork } from '../../database/database.ts'
import { derivedId } from '../../database/derived-id.ts'
import type { TimeUs } from '../../domain/time.ts'
import type { CaseRow } from '../case-row.ts'
import { changeCase, touchCase } from '../change.ts'
import type { NewEvent } from '../events.ts'
import type { OwnParts } from '../parts.ts'

export interface Linking {
  readonly row: CaseRow
  readonly into: CaseRow
  readonly at: TimeUs
  readonly actor: string
}

/** Who hears of a link: in the case itself, and as what the other one tells its staff. */
interface Told {
  readonly visibility: NewEvent['visibility']
  readonly other: 'absorbed' | 'report_joined'
}

/**
 * `row` lies in `into` until that is undone, with everything that lies in it. Only the link and what
 * the case says of itself change: numbers, reports and followers stay where they were. The one way in,
 * whether somebody merges or a report belongs there from its beginning.
 */
export async function linkCase(
  work: UnitOfWork,
  { append }: Pick<OwnParts, 'append'>,
  { row, into, at, actor, visibility, other }: Linking & Told,
): Promise<CaseRow> {
  await work.query
    .insertInto('case_merge')
    .values({
      organisation: work.organisation,
      id: derivedId('merge', row.id, row.version),
      case: row.id,
      into: into.id,
      at,
      actor,
      undone_at: null,
      undone_by: null,
    })
    .execute()
  // Before the link is made: afterwards its followers are the other one's too.
  await append(work, row.id, {
    kind: 'merged',
    actor,
    at,
    visibility,
    data: { into: into.id, from: row.state, to: 'closed', reason: 'duplicate' },
  })
  const changed = await changeCase(work, row, {
    state: 'closed',
    at,
    verify: row.verify === 1,
    closed_at: at,
    closing: { reason: 'duplicate', text: null },
    root: into.id,
  })
  await work.query
    .updateTable('case')
    .set({ root: into.id })
    .where('root', '=', row.id)
    .execute()
  await touchCase(work, into, { category: row.category, at })
  await append(work, into.id, {
    kind: other,
    actor,
    at,
    visibility: 'internal',
    data: { other: row.id },
  })
  return changed
}
