import type { OrganisationId } from '../../domain/ids.ts'
import type { TimeUs } from '../../domain/time.ts'

/** What the detector keeps besides its place in the log. */
export interface DetectorTables {
  /** The state whose engine and configuration version `detector_state` names, in pieces. */
  detector_page: {
    organisation: OrganisationId
    page: string
    /** JSON. */
    state: string
  }
  /** What the service told the detector: the log forgets it, and a backtest needs it. */
  control_record: {
    organisation: OrganisationId
    epoch: string
    partition: number
    sequence: number
    idx: number
    ingest: TimeUs
    kind: 'timer' | 'blind' | 'activation'
    /** The record as JSON. */
    document: string
  }
}
