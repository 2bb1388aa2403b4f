import type { Kysely } from 'kysely'
import type { OrganisationId } from '../domain/ids.ts'
import type { Tables } from './tables.ts'

/** Alarms go before everything else that waits to write. */
export type Lane = 'alarm' | 'normal'

/** What followers of the feed are told: that this thing changed. */
export interface FeedEvent {
  readonly kind: 'alarm' | 'case' | 'configuration'
  readonly subject: string
}

/**
 * A Kysely that sees one organisation and nothing else: every query is narrowed to it, every
 * inserted row must carry it, and a table without an organisation is refused. The one place where
 * access by organisation is enforced.
 */
export type ScopedQueries = Kysely<Tables>

/** The body of a write: queries in one serialisable transaction, and what the feed shall say of it. */
export interface UnitOfWork {
  readonly organisation: OrganisationId
  readonly query: ScopedQueries
  /** Numbered and stored as the last statement of the transaction, then told to listeners after the commit. */
  tell(event: FeedEvent): void
}

/** A query ran past its 5 s, or a transaction could not be serialised in 10 tries. */
export class DatabaseBusyError extends Error {
  override readonly name = 'DatabaseBusyError'
}

export interface Database extends AsyncDisposable {
  readonly dialect: 'sqlite' | 'postgres'
  /** Reads of one organisation. A query is cut off after 5 s. */
  read(organisation: OrganisationId): ScopedQueries
  /**
   * One serialisable transaction. The body awaits nothing but the database and may be run again
   * (so it changes nothing outside). Rejects with what the body threw, after rolling back.
   */
  write<T>(
    organisation: OrganisationId,
    lane: Lane,
    body: (work: UnitOfWork) => Promise<T>,
  ): Promise<T>
  /**
   * Across organisations, for the few that must: log-in, delivery, checkpoints, set-up. The
   * architecture test lists who may call it.
   */
  readonly installation: {
    readonly query: Kysely<Tables>
    write<T>(lane: Lane, body: (query: Kysely<Tables>) => Promise<T>): Promise<T>
  }
  /**
   * After each commit that told the feed something, of this process or another; now and then also
   * when nothing happened. Returns how to stop.
   */
  onFeed(listener: (organisation: OrganisationId) => void): () => void
}
