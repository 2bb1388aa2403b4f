import type { UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { TimeUs } from '../domain/time.ts'
import type { Applied, ErasedLine } from './erased-ledger.ts'
import type { CaseExport } from './export-case.ts'

/** What must happen elsewhere, in the transaction that erases; each awaits nothing but the database. */
export interface PrivacyEffects {
  /** Appends the event `erased` to the case; `report` when it was one person's part. */
  readonly erased: (
    work: UnitOfWork,
    what: {
      readonly case: string
      readonly report?: string
      readonly actor: string
      readonly at: TimeUs
    },
  ) => Promise<void>
  /** Forgets photos; their files go soon after. */
  readonly forgetPhotos: (
    work: UnitOfWork,
    what: { readonly case: string } | { readonly report: string },
  ) => Promise<unknown>
  /** Writes to the audit log: ids and numbers. */
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

/** Who is looked for: by address or by number. */
export type Contact = { readonly email: string } | { readonly phone: string }

/** Something a person said, and where it lies. */
export interface FoundPerson {
  /** Of the report or follow-up. */
  readonly id: string
  readonly case: string
  readonly number: string
  /** Case and photos cannot be erased for now. */
  readonly held: boolean
}

/** What a retention rule would erase now, or has erased. */
export interface RetentionCount {
  readonly rule: string
  readonly step: 'contacts' | 'case'
  readonly cases: number
}

/** A hold on a case: it is needed as it is. */
export interface Hold {
  readonly id: string
  readonly case: string
  readonly reference: string
  readonly since: TimeUs
  readonly actor: string
}

/** The rights of people over what they said, and the duty to forget. Every call is written to the audit log. */
export interface Privacy {
  /** Where a person's contact occurs, at most 1,000. */
  find(
    organisation: OrganisationId,
    contact: Contact,
    actor: string,
  ): Promise<readonly FoundPerson[]>
  /**
   * Erases one report or follow-up (of `case`, where that is named too), or a case with those merged into it. Again: nothing more.
   * Returns how many ids are erased now. Throws Problem not_found; conflict while it is held.
   */
  erase(
    organisation: OrganisationId,
    what: { readonly id: string; readonly case?: string } | { readonly case: string },
    actor: string,
  ): Promise<number>
  /** Keeps a case from being erased. Throws Problem not_found; conflict when it is held already. */
  hold(
    organisation: OrganisationId,
    on: { readonly case: string; readonly reference: string },
    actor: string,
  ): Promise<Hold>
  /** Ends the hold on a case. Throws Problem not_found when there is none. */
  release(organisation: OrganisationId, caseId: string, actor: string): Promise<void>
  /** Those in force, the newest 1,000. */
  holds(organisation: OrganisationId): Promise<readonly Hold[]>
  /** What `runRetention` would erase now; changes nothing. */
  previewRetention(organisation: OrganisationId): Promise<readonly RetentionCount[]>
  /** Erases what its time has come for, a page a transaction; killed anywhere, the next run goes on. */
  runRetention(
    organisation: OrganisationId,
    actor: string,
  ): Promise<readonly RetentionCount[]>
  /**
   * Everything about a case and those merged into it. `masked`: for somebody else's eyes, without
   * contacts and with contacts in texts replaced. Throws Problem not_found.
   */
  exportCase(
    organisation: OrganisationId,
    how: { readonly case: string; readonly masked: boolean },
    actor: string,
  ): Promise<CaseExport>
  /** What was erased so far, as ids; for whoever restores an older backup. */
  erased(organisation: OrganisationId): AsyncIterable<readonly ErasedLine[]>
  /** Erases once more what a restore brought back. */
  eraseAgain(lines: readonly ErasedLine[], actor: string): Promise<Applied>
}
