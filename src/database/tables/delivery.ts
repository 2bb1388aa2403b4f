import type { OrganisationId } from '../../domain/ids.ts'
import type { TimeUs } from '../../domain/time.ts'

/** What leaves: the feed for followers and the outbox; and what came in but was refused. */
export interface DeliveryTables {
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
}
