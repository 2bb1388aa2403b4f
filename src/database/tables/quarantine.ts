import type { OrganisationId } from '../../domain/ids.ts'
import type { TimeUs } from '../../domain/time.ts'

/** What could not be kept where it belongs, with the reason. */
export interface QuarantineTables {
  quarantine: {
    /** Empty for a damaged record of the log: nobody can tell any more whose it was. */
    organisation: OrganisationId | ''
    /** Made of what it is, so that the same thing found twice is one row. */
    id: string
    /** `more` counts what no row was kept of, because there were too many. */
    kind: 'reading' | 'corrupt' | 'more'
    first_at: TimeUs
    last_at: TimeUs
    /** 1, but for `more`. */
    count: number
    reason: string
    /** Place in the log; null for `more`. `idx` is null also where a whole commit is unreadable. */
    epoch: string | null
    sequence: number | null
    idx: number | null
    /** The reading as JSON; null for the other kinds. */
    reading: string | null
  }
}
