import type { ScopedQueries, UnitOfWork } from '../database/database.ts'
import { Problem } from '../domain/problem.ts'
import type { TimeUs } from '../domain/time.ts'
import { caseRow, type CaseRow } from './case-row.ts'
import { settled } from './workflow/table.ts'
import type { CaseState, ClosingReason } from './views.ts'

/** Throws Problem not_found, also for a case of another organisation. */
export async function caseById(query: ScopedQueries, id: string): Promise<CaseRow> {
  const row = await query
    .selectFrom('case')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  if (row !== undefined) return caseRow(row)
  throw new Problem({
    kind: 'not_found',
    what: 'There is no such case.',
    where: 'id',
    next: 'Look for it in the list of cases.',
  })
}

/** The case that this one ends in after merging; itself when it stands for itself. */
export async function rootOf(query: ScopedQueries, row: CaseRow): Promise<CaseRow> {
  return row.root === row.id ? row : await caseById(query, row.root)
}

/** How a case is after a move. What is left out stays, unless the state says otherwise. */
export interface Change extends Partial<
  Pick<
    CaseRow,
    | 'root'
    | 'prior_state'
    | 'planned_for'
    | 'answer_by'
    | 'forwarded_to'
    | 'forwarded_reference'
    | 'closed_at'
  >
> {
  readonly state: CaseState
  readonly at: TimeUs
  /** Left out: stays, and is gone once the case is closed. */
  readonly verify?: boolean
  readonly closing?: { readonly reason: ClosingReason; readonly text: string | null }
}

/** Puts a case into a state, which gives it a new version, and tells the feed. */
export async function changeCase(
  work: UnitOfWork,
  row: CaseRow,
  { state, at, verify, closing, ...rest }: Change,
): Promise<CaseRow> {
  work.tell({ kind: 'case', subject: row.id })
  const changed = await work.query
    .updateTable('case')
    .set({
      state,
      verify: (verify ?? (row.verify === 1 && !settled.has(state))) ? 1 : 0,
      version: row.version + 1,
      changed_at: at,
      ...closingOf(row, state, closing),
      closed_at: closedAt(row, state, at),
      ...rest,
    })
    .where('id', '=', row.id)
    .where('version', '=', row.version)
    .returningAll()
    .executeTakeFirstOrThrow()
  return caseRow(changed)
}

/** What is settled keeps why; what is open again forgets it. */
function closingOf(
  row: CaseRow,
  state: CaseState,
  closing: Change['closing'],
): Pick<CaseRow, 'closing_reason' | 'closing_text'> {
  if (closing !== undefined) {
    return { closing_reason: closing.reason, closing_text: closing.text }
  }
  if (!settled.has(state)) return { closing_reason: null, closing_text: null }
  return { closing_reason: row.closing_reason, closing_text: row.closing_text }
}

/** When it was settled; asked about again or hidden it was so before, and that time stays. */
function closedAt(row: CaseRow, state: CaseState, at: TimeUs): TimeUs | null {
  if (!settled.has(state)) return null
  const again = row.state === 'reopen_requested' && state === 'closed'
  return again ? at : (row.closed_at ?? at)
}

/** Records that something joined. The version stays: a flood of reports must not keep a handler out. */
export async function touchCase(
  work: UnitOfWork,
  row: CaseRow,
  { category, at }: { readonly category: string; readonly at: TimeUs },
): Promise<void> {
  work.tell({ kind: 'case', subject: row.id })
  await work.query
    .updateTable('case')
    .set({ changed_at: at, category: row.category === '' ? category : row.category })
    .where('id', '=', row.id)
    .execute()
}

/** Throws Problem conflict for a case that lies in another one. */
export function checkOwn(row: CaseRow): void {
  if (row.root === row.id) return
  throw new Problem({
    kind: 'conflict',
    what: 'The case was merged into another one.',
    where: 'id',
    next: 'Go on in that case, or take this one out of it.',
    facts: { case: row.root },
  })
}
