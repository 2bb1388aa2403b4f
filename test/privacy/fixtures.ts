import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type { Database } from '../../src/database/database.ts'
import { openPostgresDatabase } from '../../src/database/postgres/open.ts'
import { openSqliteDatabase } from '../../src/database/sqlite/open.ts'
import type { Tables } from '../../src/database/tables.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { timeUs } from '../../src/domain/time.ts'
import { createPersonalData } from '../../src/privacy/create-personal-data.ts'
import type { Person, PersonalData } from '../../src/privacy/personal-data.ts'
import { systemRandom } from '../../src/random.ts'
import { addOrganisations, north } from '../support/database.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { findPostgres, type PostgresServer } from '../support/postgres.ts'
import { describeWithService } from '../support/services.ts'
import { temporaryFolder } from '../support/temporary.ts'

export const secret = new Uint8Array(32).fill(7)

/** A database with `north` and `south`, and the personal data in it. */
export interface Register extends AsyncDisposable {
  readonly database: Database
  readonly personal: PersonalData
  readonly clock: ManualClock
  /** The SQLite file; undefined on a server. */
  readonly file?: string
}

export async function openRegister(): Promise<Register & { readonly file: string }> {
  await using opening = new AsyncDisposableStack()
  const folder = opening.use(await temporaryFolder())
  const file = join(folder.path, 'test.sqlite')
  const clock = createManualClock()
  const database = opening.use(
    await openSqliteDatabase({ file, clock, realTime: systemClock }),
  )
  await addOrganisations(database)
  const all = opening.move()
  return { ...over(database, clock), file, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

function over(database: Database, clock: ManualClock) {
  const personal = createPersonalData({ secret, random: systemRandom, clock })
  return { database, clock, personal }
}

/** Declares the tests once for each dialect. */
export async function onBoth(tests: (open: () => Promise<Register>) => void) {
  describe('on SQLite', () => {
    tests(openRegister)
  })
  describeWithService('postgres', await findPostgres(), (start) => {
    describe('on PostgreSQL', () => {
      let server: PostgresServer
      beforeAll(async () => {
        server = await start()
      })
      afterAll(() => server[Symbol.asyncDispose]())
      tests(async () => {
        const url = await server.createDatabase()
        const clock = createManualClock()
        const database = await openPostgresDatabase({ url, clock, random: systemRandom })
        await addOrganisations(database)
        return {
          ...over(database, clock),
          [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
        }
      })
    })
  })
}

export const kim: Person = {
  name: 'Kim Testsson',
  email: 'kim.planted@example.org',
  phone: '0523-98 76 54',
  text: 'Lampan vid grinden är släckt',
}

/** Adds open cases with nothing in them. */
export async function addCases(
  database: Database,
  ids: readonly string[],
  {
    organisation = north,
    ...rest
  }: Partial<Tables['case']> & { readonly organisation?: OrganisationId } = {},
): Promise<void> {
  await database.write(organisation, 'normal', async (work) => {
    for (const id of ids) {
      await work.query
        .insertInto('case')
        .values({ ...plainCase(organisation, id), ...rest })
        .execute()
    }
  })
}

function plainCase(organisation: OrganisationId, id: string): Tables['case'] {
  return {
    organisation,
    id,
    number: `T-${id}`,
    kind: 'single',
    state: 'received',
    closing_reason: null,
    closing_text: null,
    category: 'litter',
    join_class: 'litter',
    asset: null,
    lat: 58.27,
    lon: 11.43,
    unit: null,
    verify: 0,
    version: 1,
    opened_at: timeUs(0),
    changed_at: timeUs(0),
    closed_at: null,
    recurrence_of: null,
    search: '',
    matter: 'fault',
    priority: 'normal',
    assignee: null,
    contractor: null,
    root: id,
    prior_state: null,
    address: null,
    private: 0,
    border: 0,
    planned_for: null,
    answer_by: null,
    forwarded_to: null,
    forwarded_reference: null,
    policy: null,
    due_at: null,
  }
}

/** Keeps what somebody said, in a transaction of its own. */
export async function keep(
  { database, personal }: Register,
  said: { readonly id: string; readonly case: string; readonly person?: Person },
): Promise<void> {
  await database.write(north, 'normal', (work) =>
    personal.keep(work, { person: kim, ...said }),
  )
}
