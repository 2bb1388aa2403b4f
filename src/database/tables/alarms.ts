import type { OrganisationId } from '../../domain/ids.ts'
import type { TimeUs } from '../../domain/time.ts'

/** Alarms, their occurrences and transitions, and what the detector must remember. */
export interface AlarmTables {
  /** One row per alarm key, for ever. */
  alarm: {
    organisation: OrganisationId
    id: string
    rule: string
    asset: string
    discriminator: string
    priority: number
    /** NORMAL or ACTIVE: what the detector last said. */
    condition: 'normal' | 'active'
    evidence_state: 'good' | 'lost'
    acknowledged: number
    /** The open occurrence, if any. */
    occurrence: string | null
    /** Counts raises; an acknowledgement names the raise it means. */
    raise: number
    last_change_at: TimeUs
    /** Position text and ordinal of the last detector transition taken in. */
    last_position: string
  }
  occurrence: {
    organisation: OrganisationId
    id: string
    alarm: string
    raised_at: TimeUs
    /** When the raise reached people; null for history. */
    annunciated_at: TimeUs | null
    acknowledged_at: TimeUs | null
    acknowledged_by: string | null
    cleared_at: TimeUs | null
    closed_at: TimeUs | null
    close_reason: string | null
    historical: number
    rule_version: number
    /** The case it belongs to, once confirmed. */
    case: string | null
    /** What the case's outcome says of the alarm: real, nuisance, no_fault_found, or null. */
    outcome: string | null
  }
  /** Append-only; the primary key recognises what a replay brings again. */
  transition: {
    organisation: OrganisationId
    id: string
    alarm: string
    occurrence: string | null
    sequence: number
    event: string
    from_state: string
    to_state: string
    at: TimeUs
    processed_at: TimeUs
    actor: string
    comment: string | null
    historical: number
    rule_version: number | null
    evidence: string
  }
  detector_state: {
    organisation: OrganisationId
    /** Engine and configuration version the state belongs to. */
    engine: string
    configuration_version: number
    state: string
  }
}
