import { expect, it } from 'vitest'
import { oldChanges } from '../../src/api/stream/forget-feed.ts'
import { currentNumber, rowsAfter } from '../../src/api/stream/feed-rows.ts'
import type { Database } from '../../src/database/database.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { north, openTestDatabase, south } from '../support/database.ts'
import { forgetAll } from '../support/forget-all.ts'
import { createManualClock } from '../support/manual-clock.ts'

async function tell(
  database: Database,
  organisation: OrganisationId,
  count: number,
): Promise<void> {
  await database.write(organisation, 'normal', async (work) => {
    for (let at = 0; at < count; at += 1) work.tell({ kind: 'case', subject: `case-${at}` })
  })
}

it('of the changes of an organisation the newest 1,000 stay, and whoever is further behind loads anew', async () => {
  const clock = createManualClock()
  await using database = await openTestDatabase(clock)
  await tell(database, north, 900)
  await tell(database, south, 900)
  expect(await forgetAll(oldChanges, database, clock.now())).toBe(0)
  for (let more = 0; more < 4; more += 1) await tell(database, north, 900)

  expect(await forgetAll(oldChanges, database, clock.now())).toBe(3_500)
  expect(await forgetAll(oldChanges, database, clock.now())).toBe(0)

  const query = database.read(north)
  expect(await currentNumber(query)).toBe(4_500)
  expect(await rowsAfter(query, 3_500)).toHaveLength(1_000)
  expect(await rowsAfter(query, 3_499)).toBeUndefined()
  expect(await rowsAfter(query, 0)).toBeUndefined()
  expect(await rowsAfter(query, 4_500)).toEqual([])
  expect(await rowsAfter(database.read(south), 0)).toHaveLength(900)

  await tell(database, north, 1)
  expect(await rowsAfter(query, 4_500)).toMatchObject([{ number: 4_501 }])
})
