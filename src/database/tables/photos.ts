import type { OrganisationId } from '../../domain/ids.ts'
import type { TimeUs } from '../../domain/time.ts'

/** Photos of cases, and the letters that came in by mail. */
export interface PhotoTables {
  /** The picture itself is a file. Without a case it waits for its report, for 24 h. */
  photo: {
    organisation: OrganisationId
    id: string
    case: string | null
    /** The report or follow-up it came with; null for staff. */
    report: string | null
    /** Its place among those that came together, from 0. */
    place: number
    width: number
    height: number
    /** Of the file. */
    bytes: number
    taken_at: TimeUs
    /** Shown to the public. */
    public: number
    reviewed_by: string | null
    reviewed_at: TimeUs | null
  }
  /** How far a mailbox is read; a server that numbers its letters anew says so by `uid_validity`. */
  mailbox: {
    organisation: OrganisationId
    mailbox: string
    uid_validity: number
    last_uid: number
    /** Letters from before were there before us, and are left alone. */
    since: TimeUs
    changed_at: TimeUs
  }
  /** What became of a letter, by a hash of its Message-ID; so it is taken once, and answers find it. */
  letter: {
    organisation: OrganisationId
    /** Hash of the Message-ID, or of the letter where it has none. */
    id: string
    /** Hash of the letter that began the conversation; its own where that is itself. */
    thread: string
    mailbox: string
    outcome: 'report' | 'follow_up' | 'ignored'
    /** Why it was ignored. */
    reason: string | null
    case: string | null
    received_at: TimeUs
  }
  /** A letter that could not be read; it stays on the server, flagged. */
  letter_problem: {
    organisation: OrganisationId
    mailbox: string
    uid_validity: number
    uid: number
    reason: string
    at: TimeUs
  }
}
