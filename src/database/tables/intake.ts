import type { OrganisationId } from '../../domain/ids.ts'
import type { TimeUs } from '../../domain/time.ts'

/** Reports that were answered before they were placed, and the cases of storms. */
export interface IntakeTables {
  /**
   * A report that has its number and its case, and nothing more: it waits to be routed, joined and
   * told of. The row goes in the transaction in which that happens.
   */
  intake: {
    organisation: OrganisationId
    case: string
    /** In which order they came; from 1 whenever none waits. */
    sequence: number
    report: string
    actor: string
    /** The case that the person said it is the same as. */
    follows: string | null
    accepted_at: TimeUs
    /** How often placing it failed, and when to try again. */
    attempts: number
    due_at: TimeUs
  }
  /** The one case that gathers what a storm brings to an area; the area is empty for none. */
  storm_case: {
    organisation: OrganisationId
    notice: string
    area: string
    case: string
  }
}
