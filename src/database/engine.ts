import type {
  CompiledQuery,
  DatabaseIntrospector,
  DialectAdapter,
  Kysely,
  QueryCompiler,
  QueryResult,
} from 'kysely'
import type { OrganisationId } from '../domain/ids.ts'
import type { Lane } from './database.ts'

/** Sends one compiled query and brings back its rows, with whole numbers as exact JavaScript numbers. */
export type RunQuery = (query: CompiledQuery) => Promise<QueryResult<unknown>>

/** How Kysely speaks to one kind of database. */
export interface Language {
  createCompiler(): QueryCompiler
  createAdapter(): DialectAdapter
  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector
}

export interface TransactionRequest<T> {
  readonly lane: Lane
  /** Writes with the same key go one after another: they would only collide. */
  readonly key: string | undefined
  /** May be run again from the start, with nothing of the earlier run left in the database. */
  readonly body: (run: RunQuery) => Promise<T>
}

/** What a kind of database brings; everything above it is written once. */
export interface Engine extends AsyncDisposable {
  readonly dialect: 'sqlite' | 'postgres'
  readonly language: Language
  /** One reading query outside a transaction, cut off after 5 s. */
  readonly read: RunQuery
  transaction<T>(request: TransactionRequest<T>): Promise<T>
  /** Left out where only one process can have the database. */
  readonly news?: News
}

/** Tells every process on one database, this one too, that a commit told the feed something. */
export interface News {
  /** The last statement of the transaction; heard after its commit. */
  announce(run: RunQuery, organisation: OrganisationId): Promise<void>
  /** May also be told when nothing happened. Returns how to stop. */
  onNews(listener: (organisation: OrganisationId) => void): () => void
}
