import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { Migrator } from 'kysely/migration'
import { makeFirstTables } from '../src/database/migrations/001-first-tables.ts'
import { TableMaker } from '../src/database/migrations/make-table.ts'
import { kyselyOver } from '../src/database/run-dialect.ts'
import { sqliteLanguage } from '../src/database/sqlite/language.ts'

/** The tables of a database, as SQLite wrote them down, and whether the file is sound. */
export function shapeOf(file: string): {
  readonly tables: string
  readonly sound: boolean
} {
  using database = new DatabaseSync(file, { readOnly: true })
  const rows = database
    .prepare('select name, sql from sqlite_master where sql is not null order by name')
    .all()
  const check = database.prepare('pragma integrity_check').get()
  return { tables: JSON.stringify(rows), sound: check?.['integrity_check'] === 'ok' }
}

const keeper = 'an organisation from before'

/** Makes the database as the first release left it: its one migration, and a row of somebody's. */
export async function makeReleased(file: string): Promise<void> {
  using database = new DatabaseSync(file)
  database.exec('pragma journal_mode = wal')
  const db = kyselyOver<unknown>(sqliteLanguage, {
    begin: 'begin immediate',
    run: (query) => {
      const statement = database.prepare(query.sql)
      const values = query.parameters as SQLInputValue[]
      if (statement.columns().length > 0) {
        return Promise.resolve({ rows: statement.all(...values) })
      }
      statement.run(...values)
      return Promise.resolve({ rows: [] })
    },
  })
  const first = {
    '001-first-tables': { up: () => makeFirstTables(new TableMaker(db, 'sqlite')) },
  }
  const provider = { getMigrations: () => Promise.resolve(first) }
  const { error } = await new Migrator({ db, provider }).migrateToLatest()
  if (error !== undefined) throw new Error('no first release', { cause: error })
  database
    .prepare('insert into installation (key, value) values (?, ?)')
    .run('crash harness', keeper)
}

/** The row of `makeReleased` is still there. */
export function keptReleased(file: string): boolean {
  using database = new DatabaseSync(file, { readOnly: true })
  const row = database
    .prepare('select value from installation where key = ?')
    .get('crash harness')
  return row?.['value'] === keeper
}
