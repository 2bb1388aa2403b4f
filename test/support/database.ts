import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../../src/clock.ts'
import type { Database } from '../../src/database/database.ts'
import { openSqliteDatabase } from '../../src/database/sqlite/open.ts'
import type { Clock } from '../../src/domain/clock.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { timeUs } from '../../src/domain/time.ts'
import { madeOnce } from './shared.ts'
import { temporaryFolder } from './temporary.ts'

export const north = 'north' as OrganisationId
export const south = 'south' as OrganisationId

/** Adds the two organisations that tests speak of. */
export async function addOrganisations(database: Database): Promise<void> {
  const rows = [north, south].map((organisation) => ({
    organisation,
    name: organisation,
    timezone: 'Europe/Stockholm',
    languages: '["sv"]',
    created_at: timeUs(0),
  }))
  await database.installation.write('normal', async (query) => {
    await query.insertInto('organisation').values(rows).execute()
  })
}

/** Puts a database with all tables and `north` and `south` where there is no file yet. */
export async function placeTestDatabase(file: string): Promise<void> {
  await place(file, 'towns', addOrganisations)
}

/** Puts a database with all tables and no rows where there is no file yet. */
export async function placeTables(file: string): Promise<void> {
  await place(file, 'tables', async () => {})
}

/** Migrating takes longer than most tests: done once for all files of a run, then copied. */
async function place(
  file: string,
  name: string,
  fill: (database: Database) => Promise<void>,
): Promise<void> {
  const make = async (where: string) => {
    await using database = await openSqliteDatabase({ file: where, clock: systemClock })
    await fill(database)
  }
  const made = madeOnce(name, (folder) => make(join(folder, 'made.sqlite')))
  if (made === undefined) await make(file)
  else await copyFile(join(await made, 'made.sqlite'), file)
}

/** Opens a new database with all tables and `north` and `south`. */
export type OpenDatabase = (clock?: Clock) => Promise<Database>

let open: OpenDatabase = openFile

/** A real database with `north` and `south`, which goes when it is disposed: SQLite, unless another kind is in use. */
export async function openTestDatabase(clock: Clock = systemClock): Promise<Database> {
  return await open(clock)
}

/** Lets `openTestDatabase` open another kind of database, until what is returned is disposed. */
export function useDatabases(others: OpenDatabase): Disposable {
  const before = open
  open = others
  return {
    [Symbol.dispose]() {
      open = before
    },
  }
}

/** How many runs of a property test: a transaction costs more on a server, which takes a quarter of them. */
export function runsHere(count: number): number {
  return open === openFile ? count : Math.ceil(count / 4)
}

/** An SQLite file in a temporary folder. */
async function openFile(clock: Clock = systemClock): Promise<Database> {
  await using opening = new AsyncDisposableStack()
  const folder = opening.use(await temporaryFolder())
  const file = join(folder.path, 'test.sqlite')
  await placeTestDatabase(file)
  const database = opening.use(
    await openSqliteDatabase({ file, clock, realTime: systemClock }),
  )
  const all = opening.move()
  return { ...database, [Symbol.asyncDispose]: () => all.disposeAsync() }
}
