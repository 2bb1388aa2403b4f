import type { OrganisationId } from '../../domain/ids.ts'
import type { TimeUs } from '../../domain/time.ts'

/** Floods of alarms, by desk. */
export interface FloodTables {
  flood: {
    organisation: OrganisationId
    desk: string
    /** Since when there is a flood; null when there is none. */
    since: TimeUs | null
    /** JSON: when alarms reached the desk in the last ten minutes, µs ascending. */
    told: string
  }
}
