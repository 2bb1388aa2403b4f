import type { UnitOfWork } from '../database/database.ts'
import { Problem } from '../domain/problem.ts'
import type { TimeUs } from '../domain/time.ts'
import { caseRow, type CaseRow } from './case-row.ts'
import { outcomes } from './workflow.ts'
import type { CaseState, ClosingReason } from './views.ts'

/** Throws Problem not_found, also for a case of another organisation. */
export async function caseById(query: UnitOfWork['query'], id: string): Promise<CaseRow> {
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

export interface Change {
  readonly state: CaseState
  readonly verify: boolean
  readonly at: TimeUs
  readonly closing?: { readonly reason: ClosingReason; readonly text: string | null }
}

/** Puts a case into a state, which gives it a new version, and tells the feed. */
export async function changeCase(
  work: UnitOfWork,
  row: CaseRow,
  { state, verify, at, closing }: Change,
): Promise<CaseRow> {
  work.tell({ kind: 'case', subject: row.id })
  const changed = await work.query
    .updateTable('case')
    .set({
      state,
      verify: verify ? 1 : 0,
      version: row.version + 1,
      changed_at: at,
      closing_reason: closing?.reason ?? null,
      closing_text: closing?.text ?? null,
      closed_at: state === 'closed' ? at : null,
    })
    .where('id', '=', row.id)
    .where('version', '=', row.version)
    .returningAll()
    .executeTakeFirstOrThrow()
  return caseRow(changed)
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

/** Writes what the case came to into the occurrences that belong to it; null takes it back. */
export async function labelOccurrences(
  work: UnitOfWork,
  caseId: string,
  reason: ClosingReason | null,
): Promise<void> {
  await work.query
    .updateTable('occurrence')
    .set({ outcome: reason === null ? null : outcomes[reason] })
    .where('id', 'in', (select) =>
      select
        .selectFrom('report')
        .select('report.occurrence')
        .where('report.case', '=', caseId)
        .where('report.occurrence', 'is not', null)
        .$narrowType<{ occurrence: string }>(),
    )
    .execute()
}

/** Alarms of the case that stand now, at most 100; `except` leaves one out. */
export async function activeAlarms(
  work: UnitOfWork,
  caseId: string,
  except?: string,
): Promise<readonly string[]> {
  const rows = await work.query
    .selectFrom('report')
    .innerJoin('occurrence', 'occurrence.id', 'report.occurrence')
    .innerJoin('alarm', 'alarm.id', 'occurrence.alarm')
    .select('alarm.id')
    .whereRef('alarm.occurrence', '=', 'occurrence.id')
    .where('report.case', '=', caseId)
    .where('alarm.condition', '=', 'active')
    .where('alarm.id', '<>', except ?? '')
    .limit(100)
    .execute()
  return rows.map(({ id }) => id)
}

/** Has a person reported it, through any door? */
export async function hasPerson(work: UnitOfWork, caseId: string): Promise<boolean> {
  const row = await work.query
    .selectFrom('report')
    .select('id')
    .where('case', '=', caseId)
    .where('source', '<>', 'alarm')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Has an alarm said it too? */
export async function foundBySensor(
  query: UnitOfWork['query'],
  caseId: string,
): Promise<boolean> {
  const row = await query
    .selectFrom('report')
    .select('id')
    .where('case', '=', caseId)
    .where('source', '=', 'alarm')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
