import type { Selectable } from 'kysely'
import type { Tables } from '../database/tables.ts'
import {
  casePriority,
  caseState,
  closingReason,
  matter,
  type CasePriority,
  type CaseState,
  type ClosingReason,
  type Matter,
} from './views.ts'

type StoredCase = Selectable<Tables['case']>

/** A row of `case` whose state and reason are known to be of the workflow. */
export interface CaseRow extends Omit<
  StoredCase,
  'state' | 'prior_state' | 'closing_reason' | 'matter' | 'priority'
> {
  readonly state: CaseState
  readonly prior_state: CaseState | null
  readonly matter: Matter
  readonly priority: CasePriority
  readonly closing_reason: ClosingReason | null
}

/** Throws ZodError for a state the workflow does not know: the database was changed by hand. */
export function caseRow(stored: StoredCase): CaseRow {
  return {
    ...stored,
    state: caseState.parse(stored.state),
    prior_state: caseState.nullable().parse(stored.prior_state),
    matter: matter.parse(stored.matter),
    priority: casePriority.parse(stored.priority),
    closing_reason: closingReason.nullable().parse(stored.closing_reason),
  }
}
