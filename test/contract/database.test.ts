import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { openPostgresDatabase } from '../../src/database/postgres/open.ts'
import { openSqliteDatabase } from '../../src/database/sqlite/open.ts'
import { systemRandom } from '../../src/random.ts'
import { findPostgres, type PostgresServer } from '../support/postgres.ts'
import { describeWithService } from '../support/services.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { databaseAgreement } from './database-agreement.contract.ts'
import { databaseContract } from './database.contract.ts'
import type { Store, Stores } from './database.fixtures.ts'
import { databaseRaces } from './database-races.contract.ts'
import { databaseScope } from './database-scope.contract.ts'

function contract(name: string, stores: Stores): void {
  describe(`the ${name} database`, () => {
    databaseContract(stores)
    databaseAgreement(stores)
    databaseRaces(stores)
    databaseScope(stores)
  })
}

async function createFile(): Promise<Store> {
  const folder = await temporaryFolder()
  const file = join(folder.path, 'gatuvakt.sqlite')
  return {
    open: () => openSqliteDatabase({ file, clock: systemClock }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

const at = (url: string): Store => ({
  open: () => openPostgresDatabase({ url, clock: systemClock, random: systemRandom }),
  // Goes with the server.
  [Symbol.asyncDispose]: () => Promise.resolve(),
})

contract('SQLite', { create: createFile, createEmpty: createFile })

describeWithService('postgres', await findPostgres(), (start) => {
  let server: PostgresServer | undefined
  beforeAll(async () => {
    server = await start()
  })
  afterAll(() => server?.[Symbol.asyncDispose]())

  const running = () => {
    if (server === undefined) throw new Error('the server has not been started')
    return server
  }
  contract('PostgreSQL', {
    create: async () => at(await running().createDatabase()),
    createEmpty: async () => at(await running().createEmptyDatabase()),
  })
})
