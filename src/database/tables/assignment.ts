import type { OrganisationId } from '../../domain/ids.ts'
import type { TimeUs } from '../../domain/time.ts'

/** Who is away, who acts for whom meanwhile, and which cases contractors were given. */
export interface AssignmentTables {
  absence: {
    organisation: OrganisationId
    id: string
    /** User id. */
    person: string
    from_at: TimeUs
    /** The first moment that the person is back. */
    until_at: TimeUs
    /** JSON list of user ids, first first; empty is whoever is nearest in the unit. */
    deputies: string
    scope: 'incoming' | 'also_open'
    hand_back: number
    /** `over` also of one that was taken back before it began. */
    phase: 'planned' | 'running' | 'over'
    /** When the next step of it is to be done; null when there is none. */
    due_at: TimeUs | null
    /** The last grant that was looked at while cases go back. */
    cursor: string
    created_at: TimeUs
    created_by: string
    ended_by: string | null
  }
  /** `person` may read and act on `case` for `for_person`, and nothing else of that one's. */
  delegated_grant: {
    organisation: OrganisationId
    id: string
    case: string
    person: string
    for_person: string
    /** The absence because of which it was given. */
    absence: string
    from_at: TimeUs
    until_at: TimeUs
    revoked_at: TimeUs | null
  }
  /** An organisation lets a contractor see and work one of its cases. */
  case_grant: {
    organisation: OrganisationId
    id: string
    case: string
    /** The contractor's own organisation. */
    contractor: string
    /** Id of the contract it was given under. */
    contract: string
    from_at: TimeUs
    /** When the contract ended, as known when it was given; null: it had no end. */
    until_at: TimeUs | null
    /** May the contractor know who reported it? */
    identity: number
    revoked_at: TimeUs | null
  }
}
