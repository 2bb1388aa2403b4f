import { join } from 'node:path'
import { systemClock } from '../../src/clock.ts'
import type { Database } from '../../src/database/database.ts'
import { openSqliteDatabase } from '../../src/database/sqlite/open.ts'
import type { Clock } from '../../src/domain/clock.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { timeUs } from '../../src/domain/time.ts'
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

/** A real database in a temporary folder, with `north` and `south`; disposing it removes both. */
export async function openTestDatabase(clock: Clock = systemClock): Promise<Database> {
  await using opening = new AsyncDisposableStack()
  const folder = opening.use(await temporaryFolder())
  const file = join(folder.path, 'test.sqlite')
  const database = opening.use(
    await openSqliteDatabase({ file, clock, realTime: systemClock }),
  )
  await addOrganisations(database)
  const all = opening.move()
  return { ...database, [Symbol.asyncDispose]: () => all.disposeAsync() }
}
