import type { OrganisationId } from '../../domain/ids.ts'
import type { TimeUs } from '../../domain/time.ts'

/** What was ordered to be done about a case. The words stand in the case's history. */
export interface WorkOrderTables {
  work_order: {
    organisation: OrganisationId
    id: string
    case: string
    /** Counts the orders of its case, from 1. */
    ordinal: number
    unit: string
    /** Organisation of the contractor whose unit it was then; null: a unit of the own. */
    contractor: string | null
    state: 'ordered' | 'accepted' | 'done' | 'approved' | 'declined' | 'cancelled'
    due_at: TimeUs | null
    ordered_at: TimeUs
    changed_at: TimeUs
    version: number
  }
}
