import type { OrganisationId } from '../../domain/ids.ts'
import type { TimeUs } from '../../domain/time.ts'

/** What people have acknowledged here and the source of the alarm must be told. */
export interface SourceAcknowledgementTables {
  source_acknowledgement: {
    organisation: OrganisationId
    /** Id of the transition that acknowledged. */
    id: string
    device: string
    /** Key of the point in the device's type. */
    point: string
    occurrence: string
    requested_at: TimeUs
    /** Not tried before this. */
    due_at: TimeUs
    tries: number
    /** When it ended, well or not; null while it is to be told. */
    done_at: TimeUs | null
    /** Why it did not succeed: the last time, or for good when it is done. */
    error: string | null
  }
}
