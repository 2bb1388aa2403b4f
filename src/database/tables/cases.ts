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
