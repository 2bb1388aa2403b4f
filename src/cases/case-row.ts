import type { Selectable } from 'kysely'
import type { Tables } from '../database/tables.ts'
import { caseState, closingReason, type CaseState, type ClosingReason } from './views.ts'

type StoredCase = Selectable<Tables['case']>

/** A row of `case` whose state and reason are known to be of the workflow. */
export interface CaseRow extends Omit<StoredCase, 'state' | 'closing_reason'> {
  readonly state: CaseState
  readonly closing_reason: ClosingReason | null
}

/** Throws ZodError for a state the workflow does not know: the database was changed by hand. */
export function caseRow(stored: StoredCase): CaseRow {
  return {
    ...stored,
    state: caseState.parse(stored.state),
    closing_reason: closingReason.nullable().parse(stored.closing_reason),
  }
}
