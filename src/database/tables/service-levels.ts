import type { OrganisationId } from '../../domain/ids.ts'
import type { TimeUs } from '../../domain/time.ts'

export interface ServiceLevelTables {
  /** Whom to tell of a deadline that comes near or passed; an index over the case's history, never the truth. */
  case_deadline: {
    organisation: OrganisationId
    id: string
    case: string
    clock: string
    level: string
    /** Since when the level is promised. */
    since: TimeUs
    /** Percent of the time before (negative) or after the deadline. */
    percent: number
    tell: 'assignee' | 'unit' | 'administrator'
    due: TimeUs
  }
}
