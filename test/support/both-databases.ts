import { afterAll, beforeAll } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type { Database } from '../../src/database/database.ts'
import { openPostgresDatabase } from '../../src/database/postgres/open.ts'
import type { Clock } from '../../src/domain/clock.ts'
import { systemRandom } from '../../src/random.ts'
import { addOrganisations, openTestDatabase } from './database.ts'
import { findPostgres, type PostgresServer } from './postgres.ts'
import { describeWithService } from './services.ts'

/** Opens a new database with all tables and `north` and `south`. */
export type OpenDatabase = (clock?: Clock) => Promise<Database>

/** Declares the same tests for SQLite and, where there is one, for PostgreSQL. */
export async function onBothDatabases(
  tests: (open: OpenDatabase, name: 'SQLite' | 'PostgreSQL') => void,
): Promise<void> {
  tests(openTestDatabase, 'SQLite')
  describeWithService('postgres', await findPostgres(), (start) => {
    let server: PostgresServer | undefined
    beforeAll(async () => {
      server = await start()
    })
    afterAll(() => server?.[Symbol.asyncDispose]())
    tests(async (clock = systemClock) => {
      if (server === undefined) throw new Error('the server has not been started')
      const url = await server.createDatabase()
      const database = await openPostgresDatabase({ url, clock, random: systemRandom })
      await addOrganisations(database)
      return database
    }, 'PostgreSQL')
  })
}
