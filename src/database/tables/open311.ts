import type { OrganisationId } from '../../domain/ids.ts'
import type { TimeUs } from '../../domain/time.ts'

/** The door for partners (Open311 GeoReport v2): who may, what they sent, what they shall be told. */
export interface Open311Tables {
  /** What a client shows; two may be live. */
  open311_key: {
    organisation: OrganisationId
    id: string
    client: string
    secret_hash: string
    created_at: TimeUs
    revoked_at: TimeUs | null
  }
  /** What a client sent, by what makes it the same when it is sent again. */
  open311_intake: {
    organisation: OrganisationId
    client: string
    /** SHA-256 of the back link, or of what the report says. */
    digest: string
    /** Idempotency key of the report. */
    key: string
    /** `known`: by its address at the client, which stands nowhere; so it is the same for ever. */
    link: 'known' | null
    at: TimeUs
  }
  /** A report by the id that its client knows. */
  open311_request: {
    organisation: OrganisationId
    id: string
    client: string
    case: string
    report: string
    made_at: TimeUs
  }
  /** A public change, for one report of one client. */
  open311_update: {
    organisation: OrganisationId
    id: string
    client: string
    request: string
    /** From 1 without gaps for each request: the order of the commits. */
    position: number
    event: string
    /** Of the case, as it was then. */
    state: string
    reason: string | null
    category: string | null
    /** Whole seconds; null until somebody asked. Never changes afterwards. */
    published_at: TimeUs | null
    /** Taken by the client, where it is pushed. */
    pushed_at: TimeUs | null
  }
  /** The newest second that a client has been answered for: nothing is published at or before it any more. */
  open311_reader: {
    organisation: OrganisationId
    client: string
    read_to: TimeUs
  }
  /** An update that a client sent, and the id it was answered with. */
  open311_received: {
    organisation: OrganisationId
    client: string
    request: string
    update: string
    id: string
    at: TimeUs
  }
  /** A case that another organisation has, by the id it is known by there. */
  open311_forward: {
    organisation: OrganisationId
    id: string
    case: string
    partner: string
    reference: string
    at: TimeUs
    /** What it was last said to be there. */
    status: string
    ended_at: TimeUs | null
  }
  /** How far a partner's updates were read. */
  open311_poll: {
    organisation: OrganisationId
    partner: string
    read_to: TimeUs
  }
  /** An update of a partner that was taken in. */
  open311_heard: {
    organisation: OrganisationId
    partner: string
    update: string
    at: TimeUs
  }
}
