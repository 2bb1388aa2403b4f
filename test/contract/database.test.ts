import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { openPostgresDatabase } from '../../src/database/postgres/open.ts'
import { openSqliteDatabase } from '../../src/database/sqlite/open.ts'
import { systemRandom } from '../../src/random.ts'
import { findPostgres, type PostgresServer } from '../support/postgres.ts'
import { describeWithService } from '../support/services.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { databaseContract } from './database.contract.ts'
import type { Stores } from './database.fixtures.ts'
import { databaseRaces } from './database-races.contract.ts'
import { databaseScope } from './database-scope.contract.ts'

function contract(name: string, stores: Stores): void {
  describe(name, () => {
    databaseContract(stores)
    databaseRaces(stores)
    databaseScope(stores)
  })
}

contract('SQLite', {
  create: async () => {
    const folder = await temporaryFolder()
    const file = join(folder.path, 'gatuvakt.sqlite')
    return {
      open: () => openSqliteDatabase({ file, clock: systemClock }),
      [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
    }
  },
})

describeWithService('postgres', await findPostgres(), (start) => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await start()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  contract('PostgreSQL', {
    create: async () => {
      const url = await server.createEmptyDatabase()
      return {
        open: () => openPostgresDatabase({ url, clock: systemClock, random: systemRandom }),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      }
    },
  })
})
