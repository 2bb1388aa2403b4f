import { expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { timeUs } from '../../src/domain/time.ts'
import { saveCheckpoint } from '../../src/ingest/checkpoint.ts'
import { lab, organisation, target } from '../support/rules.ts'
import { openTestDatabase } from '../support/database.ts'

/** A database that runs the body of every write twice, as after a collision with another transaction. */
function runningTwice(database: Database): Pick<Database, 'installation'> {
  const { installation } = database
  return {
    installation: {
      query: installation.query,
      write: (lane, body) =>
        installation.write(lane, async (query) => {
          await body(query)
          return body(query)
        }),
    },
  }
}

it('a checkpoint whose transaction is run again holds every page', async () => {
  await using database = await openTestDatabase()
  const tower = lab(target({}, { above: 50 }))
  tower.step({ kind: 'reading', point: 1, value: 60, at: 10 })
  const pages = [...tower.detector.changes().pages].map(([page, state]) => ({
    page,
    state,
  }))
  await saveCheckpoint(runningTwice(database), {
    position: { epoch: 'e', partition: 0, sequence: 1, index: 0 },
    detectors: new Map([[organisation, tower.detector]]),
    controls: [],
    now: timeUs(1),
  })
  const kept = await database.installation.query
    .selectFrom('detector_page')
    .select(['page', 'state'])
    .orderBy('page')
    .execute()
  expect(kept).toEqual(pages.toSorted((a, b) => (a.page < b.page ? -1 : 1)))
  expect(kept.map(({ page }) => page)).toEqual(['head', 'p0', 't0'])
})
