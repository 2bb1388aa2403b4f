import { join } from 'node:path'
import { describe } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type { Database } from '../../src/database/database.ts'
import { openSqliteDatabase } from '../../src/database/sqlite/open.ts'
import type { Tables } from '../../src/database/tables.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { createPersonalData } from '../../src/privacy/create-personal-data.ts'
import type { Person, PersonalData } from '../../src/privacy/personal-data.ts'
import { systemRandom } from '../../src/random.ts'
import { onBothDatabases } from '../support/both-databases.ts'
import { plainCase } from '../support/case-rows.ts'
import { north, placeTestDatabase } from '../support/database.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
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
  await placeTestDatabase(file)
  const database = opening.use(
    await openSqliteDatabase({ file, clock, realTime: systemClock }),
  )
  const all = opening.move()
  return { ...over(database, clock), file, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

function over(database: Database, clock: ManualClock) {
  const personal = createPersonalData({ secret, random: systemRandom, clock })
  return { database, clock, personal }
}

/** Declares the tests once for each dialect. */
export async function onBoth(tests: (open: () => Promise<Register>) => void) {
  await onBothDatabases((open, name) => {
    describe(`on ${name}`, () => {
      tests(async () => {
        const clock = createManualClock()
        const database = await open(clock)
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
        .values(
          plainCase({
            organisation,
            id,
            number: `T-${id}`,
            lat: 58.27,
            lon: 11.43,
            ...rest,
          }),
        )
        .execute()
    }
  })
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
