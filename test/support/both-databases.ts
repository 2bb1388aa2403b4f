import { afterAll, beforeAll, describe } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type { Database } from '../../src/database/database.ts'
import { openPostgresDatabase } from '../../src/database/postgres/open.ts'
import type { Clock } from '../../src/domain/clock.ts'
import { systemRandom } from '../../src/random.ts'
import {
  addOrganisations,
  openTestDatabase,
  useDatabases,
  type OpenDatabase,
} from './database.ts'
import { findPostgres, type PostgresServer } from './postgres.ts'
import { describeWithService } from './services.ts'

/** Declares the same tests for SQLite and, where there is one, for PostgreSQL. */
export async function onBothDatabases(
  tests: (open: OpenDatabase, name: 'SQLite' | 'PostgreSQL') => void,
): Promise<void> {
  tests(openTestDatabase, 'SQLite')
  await onPostgres((open) => tests(open, 'PostgreSQL'))
}

/**
 * Declares the tests of other files once more, where there is a PostgreSQL, on databases of it. The
 * files, like `cases/report`, are of those that open theirs with `openTestDatabase`.
 */
export async function againOnPostgres(files: readonly string[]): Promise<void> {
  await onPostgres((open) => {
    let inUse: Disposable | undefined
    beforeAll(() => {
      inUse = useDatabases(open)
    })
    afterAll(() => inUse?.[Symbol.dispose]())
    // Whatever a test file declares while it is loaded becomes part of the suite that loads it.
    describe.for(files)('%s', async (file) => {
      await import(`../${file}.test.ts`)
    })
  })
}

async function onPostgres(tests: (open: OpenDatabase) => void): Promise<void> {
  describeWithService('postgres', await findPostgres(), (start) => {
    let server: PostgresServer | undefined
    // A suite opens hundreds, one after the other.
    const free: string[] = []
    beforeAll(async () => {
      server = await start()
    })
    afterAll(() => server?.[Symbol.asyncDispose]())
    tests(async (clock = systemClock) => {
      if (server === undefined) throw new Error('the server has not been started')
      return await openOneOf(server, free, clock)
    })
  })
}

async function openOneOf(
  server: PostgresServer,
  free: string[],
  clock: Clock,
): Promise<Database> {
  const url = free.pop() ?? (await server.createDatabase())
  await using opening = new AsyncDisposableStack()
  opening.defer(async () => {
    await server.clearDatabase(url)
    free.push(url)
  })
  const parts = { clock, realTime: systemClock, random: systemRandom }
  const database = opening.use(await openPostgresDatabase({ url, ...parts }))
  await addOrganisations(database)
  const all = opening.move()
  return { ...database, [Symbol.asyncDispose]: () => all.disposeAsync() }
}
