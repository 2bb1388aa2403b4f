import type { Database, UnitOfWork } from '../database/database.ts'
import type { Clock, Random } from '../domain/clock.ts'
import type { Role } from '../domain/identity.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { TimeUs } from '../domain/time.ts'
import type { Assignee } from './assignment.ts'
import type { AbsenceView, NewAbsence } from './absence-views.ts'
import type { AssignmentNews } from './hear-case.ts'

/** What assigning must know of the configuration. The active configuration has this shape. */
export interface AssignmentCatalogue {
  /** By id, with the ids of their members. */
  readonly units: ReadonlyMap<string, { readonly members: readonly string[] }>
  /** IANA name of the organisation's zone. */
  readonly zone: string
}

/** What happened to a case, as the history keeps it. Ids alone. */
export interface AssignmentEvent {
  readonly kind: 'assigned' | 'moved'
  readonly actor: string
  readonly at: TimeUs
  readonly visibility: 'public' | 'internal'
  readonly data: {
    readonly unit?: string
    readonly person?: string | null
    readonly for?: string
    /** `forward`: from one unit to another by hand. `triage`: forwarded too often. */
    readonly step?: string
    readonly from?: 'received' | 'assigned'
    readonly to?: 'received' | 'assigned'
  }
}

/** What assigning stands on. */
export interface AssignmentParts {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  /** Asked before a transaction is opened. */
  readonly catalogue: (organisation: OrganisationId) => Promise<AssignmentCatalogue>
  /** Asked inside one, where only the database may be awaited. */
  readonly catalogueNow: (organisation: OrganisationId) => AssignmentCatalogue
  /** May somebody with these roles have cases at all? */
  readonly worksCases: (roles: readonly Role[]) => boolean
  /** Is it this person's working time? Left out: always. */
  readonly isOnDuty?: (organisation: OrganisationId, person: string, at: TimeUs) => boolean
  /** Adds to a case's history, in the transaction. */
  readonly append: (
    work: UnitOfWork,
    caseId: string,
    event: AssignmentEvent,
  ) => Promise<unknown>
  /** Adds to the audit log, in the transaction. */
  readonly audit: (
    work: UnitOfWork,
    entry: {
      readonly at: TimeUs
      readonly actor: string
      readonly action: string
      readonly subject: string
      readonly detail?: Readonly<Record<string, string | number | boolean>>
    },
  ) => Promise<void>
}

/** Who is to have a case. */
export interface Assigning {
  readonly case: string
  /** Left out: the unit that has it, or of a case in triage the person's first. Null: triage. */
  readonly unit?: string | null
  /** Left out or null: the unit's queue. */
  readonly person?: string | null
  /** Whoever did it, as the history names it. */
  readonly by: string
  readonly at: TimeUs
  /**
   * `person` checks what somebody chose and counts forwards; the others pass over what does not
   * fit and give the case to the next who may have it.
   */
  readonly via: 'route' | 'person' | 'absence' | 'rights'
  /** The version that the person saw; left out: whichever there is. */
  readonly version?: number
}

/** Who has it now, and how that was decided (at most 50 steps). */
export interface Assigned extends Omit<Assignee, 'unit'> {
  readonly unit: string | null
  readonly version: number
  readonly changed: boolean
  /** Forwarded so often that somebody must decide. */
  readonly toTriage: boolean
}

/** Who asks, as far as acting on cases is concerned. */
export interface ActingPerson {
  readonly person: string
  readonly roles: readonly Role[]
}

/** The one way to an assignee, with absences and whoever stands in. */
export interface Assignments {
  /**
   * Gives a case to a unit and a person, in the caller's transaction; awaits only the database.
   * Throws Problem not_found, conflict (stale version, closed, one's own absence) or, of what a
   * person chose, invalid.
   */
  assign(work: UnitOfWork, asked: Assigning): Promise<Assigned>
  /**
   * The same for one case in a transaction of its own, by a person; with `who`, Problem forbidden
   * unless that one may act on the case.
   */
  assignCase(
    organisation: OrganisationId,
    asked: Omit<Assigning, 'at' | 'via'>,
    who?: ActingPerson,
  ): Promise<Assigned>
  /**
   * May this person work on this case? The roles must work on cases at all; then it is the unit's
   * own people, whoever has it, whoever acts for another there, and roles that reach every case.
   */
  mayAct(organisation: OrganisationId, who: ActingPerson, caseId: string): Promise<boolean>
  /**
   * Throws Problem forbidden unless this person may act on one of the cases, in the caller's
   * transaction; the configuration was loaded before. A case that is not there is for others to report.
   */
  checkActs(work: UnitOfWork, who: ActingPerson, cases: readonly string[]): Promise<void>
  /** Whom a person stands in for on a case, in the caller's transaction; null for nobody. */
  standsInFor(
    work: UnitOfWork,
    asked: { readonly person: string; readonly case: string; readonly at: TimeUs },
  ): Promise<string | null>
  readonly absences: Absences
  /**
   * A listener of cases: one that is worked on again may be with somebody who left meanwhile or lost
   * the rights, and then goes on to the next; one that the routes took from a deputy is no longer that one's.
   */
  hear(work: UnitOfWork, news: AssignmentNews): Promise<void>
  /** Does what is due by now in absences, over all organisations; gives how many there were. */
  runAbsences(failed: (error: unknown) => void): Promise<number>
  /** Takes open cases from those who may not have them any more; gives how many that were. */
  takeFromUnfit(organisation: OrganisationId): Promise<number>
}

/** When people are away. */
export interface Absences {
  /** What runs and what is to come, and what ended within 90 days, the latest end first; at most 500. */
  list(
    organisation: OrganisationId,
    of?: { readonly person: string },
  ): Promise<readonly AbsenceView[]>
  /** Throws Problem invalid (times, deputies) or conflict (away then already). */
  add(organisation: OrganisationId, absence: NewAbsence): Promise<AbsenceView>
  /** Ends it now, or takes it back before it began; what is over stays as it is. Throws Problem not_found. */
  end(
    organisation: OrganisationId,
    asked: {
      readonly id: string
      /** Only if it is this person's own. */
      readonly person?: string
      readonly by: string
    },
  ): Promise<AbsenceView>
}
