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
    /** Of its rule, when it last moved. */
    fault_class: string
    /** 1 for the mildest limit. */
    level: number
    confirmed: number
    latched: number
    /** The raise is of now, not of old data only. */
    current: number
    /** People were told of the raise, and not of its end. */
    told: number
    /** People were told of something since it opened. */
    reached: number
    /** It rose again and its case has not heard of it. */
    came_back: number
    re_alarms: number
    chattering: number
    /** JSON: when it last rose, at most three times in µs. */
    activations: string
    /** 1 while `alarm_suppression` has rows of it. */
    suppressed: number
    /** 1 while one of them is a person's shelf. */
    shelved: number
    /** Of the current or last raise: when, and the transition with its evidence. */
    raised_at: TimeUs | null
    raised_by: string | null
    /** The open or the last closed one. */
    last_occurrence: string | null
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
    confirmed_at: TimeUs | null
    confirmed_by: string | null
    reset_at: TimeUs | null
    reset_by: string | null
    /** How often it was continued soon after its close. */
    reopen_count: number
    /** How often it rose. */
    activations: number
    /** How often people were told that it stands. */
    annunciations: number
    /** The highest it reached. */
    level: number
    chattering: number
    /** Late readings showed that it would not have been, or not then. */
    corrected: number
    late: number
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
    /** When the record that caused it was heard; null where no record did. */
    heard_at: TimeUs | null
    actor: string
    comment: string | null
    historical: number
    rule_version: number | null
    evidence: string
    /** It told people that the alarm stands. */
    annunciated: number
    /** JSON: the reasons after it. */
    suppression: string
    /** After it. */
    level: number
    raise: number
    evidence_state: string
    late: number
    /** Why, in a word for programs: how it closed, which reason came or went. */
    reason: string | null
  }
  /** Why an alarm does not reach people now: its set of reasons. */
  alarm_suppression: {
    organisation: OrganisationId
    alarm: string
    kind:
      | 'shelved'
      | 'shelvedOnce'
      | 'design'
      | 'topology'
      | 'maintenance'
      | 'outOfService'
      | 'held'
      | 'flood'
    ref: string
    until: TimeUs | null
    by: string
    reason: string
    since: TimeUs
  }
  /** What shall happen to an alarm at a time by itself. */
  alarm_timer: {
    organisation: OrganisationId
    id: string
    /** Empty for a timer of no single alarm. */
    alarm: string
    kind: 'until' | 're_alarm' | 'quiet' | 'release' | 'source'
    ref: string
    due: TimeUs
    /** Times in a row that it could not be done; `due` is put off with each. */
    failures: number
  }
  /** Planned work, during which alarms of what it touches reach nobody. */
  maintenance_window: {
    organisation: OrganisationId
    id: string
    /** JSON: which assets. */
    scope: string
    from_at: TimeUs
    to_at: TimeUs
    by: string
    reason: string
    created_at: TimeUs
    ended_at: TimeUs | null
    ended_by: string | null
  }
  detector_state: {
    organisation: OrganisationId
    /** Engine and configuration version the state belongs to. */
    engine: string
    configuration_version: number
    state: string
  }
}
