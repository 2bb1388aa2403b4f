import type { OrganisationId } from '../../domain/ids.ts'
import type { TimeUs } from '../../domain/time.ts'

/** Who is called when, and what reached whom. */
export interface AnnunciationTables {
  /** One occurrence with one desk. */
  escalation: {
    organisation: OrganisationId
    desk: string
    occurrence: string
    group_key: string
    alarm: string
    phase: 'calling' | 'acknowledged' | 'suppressed' | 'cleared' | 'closed'
    priority: number
    level: number
    raise: number
    edition: number
    step: number
    due_at: TimeUs | null
    /** Why the next step comes when it comes. */
    because: 'called' | 'waited' | 'late' | 'unreached' | 'nobody'
    since: TimeUs
    /** 0: nothing is left to do; kept a while for those who look back. */
    open: number
    changed_at: TimeUs
  }
  /** Occurrences of one desk that are told together. */
  telling_group: {
    organisation: OrganisationId
    desk: string
    group_key: string
    /** When it must be looked at again; null for not before something is announced. */
    due_at: TimeUs | null
    changed_at: TimeUs
  }
  /** A recipient in a group. */
  telling_line: {
    organisation: OrganisationId
    desk: string
    group_key: string
    recipient: string
    sequence: number
    told_at: TimeUs | null
  }
  /** The ledger: what each recipient knows of each occurrence. */
  told: {
    organisation: OrganisationId
    desk: string
    recipient: string
    occurrence: string
    wanted: number
    open: number
    edition: number
    telling: string
    /** The step that named the recipient last, and why it was taken. */
    step: number
    because: 'called' | 'waited' | 'late' | 'unreached' | 'nobody'
    raise_told_at: TimeUs | null
    clear_told_at: TimeUs | null
  }
  /** One message to one recipient; it leaves as one or more rows of the outbox. */
  telling: {
    organisation: OrganisationId
    id: string
    desk: string
    group_key: string
    recipient: string
    sequence: number
    kind: 'alarms' | 'test' | 'heartbeat'
    at: TimeUs
    /** The most urgent, as JSON. */
    items: string
    raised: number
    updated: number
    cleared: number
    reminded: number
    /** Why the step was taken that it belongs to; null where it brings no raise. */
    because: 'called' | 'waited' | 'late' | 'unreached' | 'nobody' | null
    /** Ids of its rows in the outbox, as JSON. */
    outbox: string
  }
  /** A channel that said it is gone; whoever is told over it is told over the next. */
  channel_state: {
    organisation: OrganisationId
    channel: string
    /** What was configured when it said so: another address is another channel. */
    address: string
    disabled_at: TimeUs
    reason: string
  }
  /** Who annunciates for the organisation; the token is larger with every new holder. */
  annunciator: {
    organisation: OrganisationId
    holder: string
    token: number
    until: TimeUs
  }
  /** A desk's sign of life. */
  heartbeat: {
    organisation: OrganisationId
    desk: string
    appended_at: TimeUs | null
    seen_at: TimeUs | null
    sent_at: TimeUs | null
  }
}
