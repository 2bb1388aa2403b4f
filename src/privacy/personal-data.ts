import type { ScopedQueries, UnitOfWork } from '../database/database.ts'

/** Who somebody is and what they said in their own words. Empty is null. */
export interface Person {
  readonly name: string | null
  readonly email: string | null
  readonly phone: string | null
  readonly text: string
}

/**
 * The only place where personal data is kept: encrypted under a key of its own per case, which the
 * installation's secret wraps, so that destroying the key erases every copy. Found by blind index.
 * Calls await nothing but the database, so they belong into transactions.
 */
export interface PersonalData {
  /** Keeps what a report or a follow-up said, under its id. Made once; the same id again throws. */
  keep(
    work: UnitOfWork,
    said: { readonly id: string; readonly case: string; readonly person: Person },
  ): Promise<void>
  /** What is still kept of these reports or follow-ups, by id; the erased are left out. */
  read(query: ScopedQueries, ids: readonly string[]): Promise<ReadonlyMap<string, Person>>
  /** Ids (of reports and follow-ups) whose contact has this address or number; at most 1,000. */
  find(
    query: ScopedQueries,
    contact: { readonly email: string } | { readonly phone: string },
  ): Promise<readonly { readonly id: string; readonly case: string }[]>
  /** Destroys one person's part, or with the case's key all of it. Returns how many ids are erased now. */
  erase(
    work: UnitOfWork,
    what: { readonly id: string } | { readonly case: string },
  ): Promise<number>
}
