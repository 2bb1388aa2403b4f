import type { OrganisationId } from '../../domain/ids.ts'
import type { TimeUs } from '../../domain/time.ts'

/** Personal data under a key per case, what of it may be shown, and what was erased when. */
export interface PrivacyTables {
  /** The key of a case, wrapped by one that comes from the installation's secret. */
  sealing_key: {
    organisation: OrganisationId
    case: string
    /** Null: destroyed, and with it all that was sealed under it. */
    wrapped: string | null
    /** The contacts were erased by a retention rule; what people said is still there. */
    contacts_erased_at: TimeUs | null
    /** The case was erased as a whole, the last time; `wrapped` and what changed since say what is new. */
    case_erased_at: TimeUs | null
  }
  /** What one report or follow-up told of a person, encrypted; `id` is that of the report or follow-up. */
  personal: {
    organisation: OrganisationId
    id: string
    case: string
    /** Null: erased. */
    sealed: string | null
    kept_at: TimeUs
    contact_erased_at: TimeUs | null
    erased_at: TimeUs | null
  }
  /** Keyed hashes of addresses and numbers, so that people are found without being written down. */
  personal_index: {
    organisation: OrganisationId
    kind: 'email' | 'phone'
    hash: string
    id: string
    case: string
  }
  /** The copy of somebody's words that staff released to the public. Null: withdrawn. */
  released_text: {
    organisation: OrganisationId
    id: string
    case: string
    text: string | null
    at: TimeUs
    actor: string
  }
  /** Nothing of the case may be erased while one is in force. */
  legal_hold: {
    organisation: OrganisationId
    id: string
    case: string
    /** Number of the proceedings; never a name. */
    reference: string
    since: TimeUs
    actor: string
    released_at: TimeUs | null
    released_by: string | null
  }
  /** What was erased by which rule: numbers, never whose. */
  erasure: {
    organisation: OrganisationId
    batch: string
    /** Number of the retention rule, or `request`. */
    rule: string
    step: 'contacts' | 'case' | 'person'
    /** Of cases, or of ids with `person`. */
    count: number
    at: TimeUs
    actor: string
  }
}
