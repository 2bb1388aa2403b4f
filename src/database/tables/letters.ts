import type { OrganisationId } from '../../domain/ids.ts'
import type { TimeUs } from '../../domain/time.ts'

/** What several things are told in: letters that gather until they are sent. */
export interface LetterTables {
  /**
   * A letter to somebody about a case; `id` is its row in the outbox. Without such a row: from there
   * on this receiver is told nothing of the case.
   */
  letter_window: {
    organisation: OrganisationId
    id: string
    /** Whom it goes to: the id of a subscriber; `person:` or `unit:` and the id of one of the staff. */
    receiver: string
    /** Empty in a letter to staff. */
    case: string
    /** The first event of the case that it tells of; it ends before the next letter's first. */
    from_sequence: number
    opened_at: TimeUs
  }
}
