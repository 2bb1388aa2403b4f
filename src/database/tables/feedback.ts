import type { OrganisationId } from '../../domain/ids.ts'
import type { TimeUs } from '../../domain/time.ts'

/** What people think of how it ended. Their words stand with the personal data, under the same id. */
export interface FeedbackTables {
  survey_answer: {
    organisation: OrganisationId
    id: string
    subscriber: string
    /** The case that was judged: the one its own lay in when it was closed. */
    case: string
    satisfied: number
    /** JSON: the standard answers that were chosen. */
    topics: string
    may_contact: number
    answered_at: TimeUs
  }
}
