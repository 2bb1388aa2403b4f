import {
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type Kysely,
} from 'kysely'
import { kyselyOver } from '../../src/database/run-dialect.ts'
import { scopeTo } from '../../src/database/scope.ts'
import type { Tables } from '../../src/database/tables.ts'
import { north } from '../support/database.ts'

const language = {
  createCompiler: () => new SqliteQueryCompiler(),
  createAdapter: () => new SqliteAdapter(),
  createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
}
// Nothing is run here: what matters is what the query becomes.
const run = () => Promise.resolve({ rows: [] })
/** Sees the north; no query runs, it only shows what it would become. */
export const db = kyselyOver<Tables>(language, { run, transform: scopeTo(north) })

export interface Compilable {
  compile(): CompiledQuery
}

/** The query's text with its values in their places. */
export function text(query: Compilable): string {
  const { sql: words, parameters } = query.compile()
  let index = 0
  return words.replaceAll('"', '').replaceAll('?', () => {
    index += 1
    return String(parameters[index - 1])
  })
}
