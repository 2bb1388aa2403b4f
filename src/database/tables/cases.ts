import type { OrganisationId } from '../../domain/ids.ts'
import type { TimeUs } from '../../domain/time.ts'

/** Cases with what people said of them; personal data stands apart. */
export interface CaseTables {
  case: {
    organisation: OrganisationId
    id: string
    number: string
    kind: 'single' | 'group' | 'storm'
    state: string
    closing_reason: string | null
    closing_text: string | null
    category: string
    join_class: string
    asset: string | null
    lat: number | null
    lon: number | null
    /** Organisation unit the routes chose; null is triage. */
    unit: string | null
    /** An alarm cleared while a person still waits for an answer. */
    verify: number
    version: number
    opened_at: TimeUs
    changed_at: TimeUs
    closed_at: TimeUs | null
    /** The earlier case this one recurs after. */
    recurrence_of: string | null
    search: string
    /** fault, opinion, question or order. */
    matter: string
    priority: string
    /** Slug of the person who has it. */
    assignee: string | null
    /** Organisation of the contractor who does the work. */
    contractor: string | null
    /** The case it ends in after merging; its own id if it stands for itself. */
    root: string
    /** Of one that waits or is hidden: where it goes back to. */
    prior_state: string | null
    /** Where it is in words of an address register, never a person's own. */
    address: string | null
    /** Shown to nobody outside, whatever else is public. */
    private: number
    /** Within 25 m of the border of an area that routes look at. */
    border: number
    planned_for: TimeUs | null
    /** Until when the reporter may answer a question. */
    answer_by: TimeUs | null
    /** Somebody outside who has it now, and what they call it. */
    forwarded_to: string | null
    forwarded_reference: string | null
    /** The service level that its deadlines come from. */
    policy: string | null
    /** The next deadline that is not met yet; an index over `policy`, never the truth. */
    due_at: TimeUs | null
  }
  /** `case` lies in `into` until it is undone; at most one in force a case. */
  case_merge: {
    organisation: OrganisationId
    id: string
    case: string
    into: string
    at: TimeUs
    actor: string
    undone_at: TimeUs | null
    undone_by: string | null
  }
  /** What a reporter added later; its words stand with the personal data under the same id. */
  follow_up: {
    organisation: OrganisationId
    id: string
    case: string
    report: string | null
    source: string
    wish: 'none' | 'fixed' | 'reopen'
    received_at: TimeUs
    idempotency_key: string | null
  }
  case_event: {
    organisation: OrganisationId
    id: string
    case: string
    sequence: number
    at: TimeUs
    kind: string
    actor: string
    visibility: 'public' | 'internal'
    data: string
  }
  /** What one source said once. Immutable but for `count`. Personal data stands in `report_person`. */
  report: {
    organisation: OrganisationId
    id: string
    case: string
    source: string
    category: string
    asset: string | null
    lat: number | null
    lon: number | null
    occurrence: string | null
    language: string
    received_at: TimeUs
    count: number
    idempotency_key: string | null
    /** Which client, which sign: `fixamingata`, the code on a QR label. */
    source_detail: string | null
    matter: string
    /** JSON: question → answer, of questions with a choice or a number. Free text is personal data. */
    answers: string
    address: string | null
  }
  /** Personal data, apart and erasable: contact and the reporter's own words. */
  report_person: {
    organisation: OrganisationId
    report: string
    name: string | null
    email: string | null
    phone: string | null
    text: string
    erased_at: TimeUs | null
  }
  subscriber: {
    organisation: OrganisationId
    id: string
    case: string
    report: string
    language: string
    wants_updates: number
    /** SHA-256 of the follow link's token. */
    token_hash: string
    created_at: TimeUs
    channel: 'mail' | 'link'
    /** Said no to more messages. */
    ended_at: TimeUs | null
  }
  /** The assets a group case is about, beside the one it stands at. */
  case_asset: {
    organisation: OrganisationId
    case: string
    asset: string
    occurrence: string
    since: TimeUs
  }
  counter: { organisation: OrganisationId; name: string; value: number }
}
