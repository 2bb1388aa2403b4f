import type {
  CompiledQuery,
  DatabaseIntrospector,
  DialectAdapter,
  Kysely,
  QueryCompiler,
  QueryResult,
} from 'kysely'
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
}
