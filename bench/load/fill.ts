import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import type { Row } from './case-town.ts'

/** Rows in one statement or transaction. */
const BATCH = 20_000

/** Puts rows into a table past the port, which is made for people and not for three million at once. */
export type Fill = (table: string, rows: Iterable<Row>) => Promise<void>

/** Into a SQLite file that nobody has open; nothing is synced, for a bench may lose it. */
export function fillSqlite(file: string): Fill & Disposable {
  const database = new DatabaseSync(file)
  database.exec('pragma synchronous = off; pragma cache_size = -400000')
  const fill: Fill = async (table, rows) => {
    for (const batch of batches(rows)) {
      const names = Object.keys(batch[0] ?? {})
      const marks = names.map(() => '?').join(', ')
      const columns = names.map(quoted).join(', ')
      const insert = database.prepare(
        `insert into ${quoted(table)} (${columns}) values (${marks})`,
      )
      database.exec('begin')
      for (const row of batch) insert.run(...names.map((name) => row[name] ?? null))
      database.exec('commit')
    }
  }
  return Object.assign(fill, {
    [Symbol.dispose]: () => {
      database.exec('pragma wal_checkpoint(truncate); analyze')
      database.close()
    },
  })
}

/** Into a PostgreSQL database, column by column. */
export async function fillPostgres(url: string): Promise<Fill & AsyncDisposable> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('set synchronous_commit = off')
  const fill: Fill = async (table, rows) => {
    for (const batch of batches(rows)) {
      const names = Object.keys(batch[0] ?? {})
      const arrays = names.map((name, at) => `$${at + 1}::${typeOf(name, batch)}[]`)
      await client.query(
        `insert into ${quoted(table)} (${names.map(quoted).join(', ')}) select * from unnest(${arrays.join(', ')})`,
        names.map((name) => batch.map((row) => row[name] ?? null)),
      )
    }
  }
  return Object.assign(fill, {
    [Symbol.asyncDispose]: async () => {
      await client.query('analyze')
      await client.end()
    },
  })
}

function typeOf(name: string, batch: readonly Row[]): string {
  if (name === 'lat' || name === 'lon') return 'double precision'
  const some = batch.find((row) => row[name] !== null)
  const isTime = name.endsWith('_at') || name === 'planned_for' || name === 'answer_by'
  return typeof some?.[name] === 'number' || isTime ? 'bigint' : 'text'
}

function quoted(name: string): string {
  return `"${name}"`
}

function* batches(rows: Iterable<Row>): Generator<readonly Row[]> {
  let batch: Row[] = []
  for (const row of rows) {
    batch.push(row)
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
