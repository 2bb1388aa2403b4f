import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { Language } from '../engine.ts'

class Adapter extends SqliteAdapter {
  /** Order is kept by the workers and the lanes; Kysely's own lock would only serialise reads. */
  override get supportsMultipleConnections(): boolean {
    return true
  }

  /** SQLite rolls table definitions back like anything else. */
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

export const sqliteLanguage: Language = {
  createCompiler: () => new SqliteQueryCompiler(),
  createAdapter: () => new Adapter(),
  createIntrospector: (db) => new SqliteIntrospector(db),
}
