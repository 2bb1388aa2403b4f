import type { Generated } from 'kysely'
import type { OrganisationId, PointId } from '../domain/ids.ts'
import type { TimeUs } from '../domain/time.ts'

/**
 * Every table, as Kysely sees it. The same SQL runs on SQLite and PostgreSQL: times are BIGINT µs,
 * truth is 0 or 1, JSON is text. Every table but `installation` carries the organisation.
 */
export interface Tables {
  installation: { key: string; value: string }
  organisation: {
    organisation: OrganisationId
    name: string
    timezone: string
    languages: string
    created_at: TimeUs
    /** Serialises feed numbers: see unit-of-work.ts. */
    last_feed: Generated<number>
  }

  configuration_version: {
    organisation: OrganisationId
    version: number
    created_at: TimeUs
    author: string
    comment: string
    /** Where its activation record stands in the log; null until that is known. */
    activated_sequence: number | null
    activated_index: number | null
  }
  /** Every object of the configuration in every version it had; `until_version` null is the current one. */
  configuration_object: {
    organisation: OrganisationId
    kind: string
    /** Never changes; the first slug unless that id was taken. */
    id: string
    slug: string
    document: string
    origin: 'yaml' | 'database'
    /** The document as the last apply left it, to tell a conflict; null if never applied. */
    applied_document: string | null
    retired: Generated<number>
    since_version: number
    until_version: number | null
    valid_from: TimeUs
    valid_to: TimeUs | null
    author: string
  }
  /** Point ids are integers, issued once. */
  point: {
    id: Generated<PointId>
    organisation: OrganisationId
    device: string
    key: string
  }
  binding: {
    organisation: OrganisationId
    asset: string
    role: string
    device: string
    point: PointId
    valid_from: TimeUs
    valid_to: TimeUs | null
  }
  edge: {
    organisation: OrganisationId
    kind: string
    parent: string
    child: string
    valid_from: TimeUs
    valid_to: TimeUs | null
  }
  /** Current assets, for joins, search and maps; the documents stay in configuration_object. */
  asset: {
    organisation: OrganisationId
    id: string
    slug: string
    name: string
    type: string
    lat: number | null
    lon: number | null
    owner: string | null
    maintainer: string | null
    public: number
    retired: Generated<number>
    /** Lower case, made in TypeScript: SQLite lower-cases only ASCII. */
    search: string
    valid_from: TimeUs
  }

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
  counter: { organisation: OrganisationId; name: string; value: number }

  /** What changed, numbered without gaps per organisation, for SSE and other followers. */
  feed: {
    organisation: OrganisationId
    number: number
    at: TimeUs
    kind: string
    subject: string
  }
  outbox: {
    organisation: OrganisationId
    id: string
    kind: string
    /** Ids only; the text and the address are looked up when it is sent. */
    payload: string
    due_at: TimeUs
    attempts: number
    leased_until: TimeUs | null
    delivered_at: TimeUs | null
    failed_at: TimeUs | null
    error: string | null
  }

  /** A consumer's place in the log, kept with its effects. */
  checkpoint: { consumer: string; position: string; saved_at: TimeUs }
  detector_state: {
    organisation: OrganisationId
    /** Engine and configuration version the state belongs to. */
    engine: string
    configuration_version: number
    state: string
  }
  /** Messages that were refused or could not be understood, folded by source and reason. */
  ingest_problem: {
    organisation: OrganisationId
    source: string
    reason: string
    count: number
    first_at: TimeUs
    last_at: TimeUs
    /** The start of the newest such message, printable characters only, at most 500. */
    sample: string
    detail: string
  }

  user: {
    organisation: OrganisationId
    id: string
    email: string
    name: string
    roles: string
    language: string
    password_hash: string | null
    disabled: number
    created_at: TimeUs
  }
  session: {
    organisation: OrganisationId
    /** SHA-256 of the cookie's value. */
    id_hash: string
    user: string
    created_at: TimeUs
    last_seen_at: TimeUs
    expires_at: TimeUs
  }
  one_time_link: {
    organisation: OrganisationId
    token_hash: string
    purpose: 'set_password'
    user: string
    expires_at: TimeUs
    used_at: TimeUs | null
  }
  device_credential: {
    organisation: OrganisationId
    /** MQTT user name: `organisation/device`. */
    username: string
    device: string
    class: 'device' | 'gateway' | 'bridge'
    /** SHA-256 of the secret, which is 256 random bits. */
    secret_hash: string
    created_at: TimeUs
    revoked_at: TimeUs | null
  }
  audit: {
    organisation: OrganisationId
    number: number
    at: TimeUs
    actor: string
    action: string
    subject: string
    detail: string
  }
}

/** Tables without an organisation: readable only through `Database.installation`. */
export const installationTables = ['installation', 'checkpoint'] as const
