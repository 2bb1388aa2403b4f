import { expect, it } from 'vitest'
import { readKpiFacts } from '../../../src/alarms/kpis/read-kpis.ts'
import { systemClock } from '../../../src/clock.ts'
import type { Database } from '../../../src/database/database.ts'
import { openPostgresDatabase } from '../../../src/database/postgres/open.ts'
import { systemRandom } from '../../../src/random.ts'
import { addOrganisations, north, openTestDatabase } from '../../support/database.ts'
import { findPostgres } from '../../support/postgres.ts'
import { describeWithService } from '../../support/services.ts'
import { DAY, start } from './facts.ts'
import { alarm, journal, occurrence, report, us } from './tables.ts'

async function fill(database: Database): Promise<void> {
  await alarm(database, 'a', { asset: 'lamp-1' })
  await journal(database, [
    { alarm: 'a', annunciated: 1, suppression: '[]' },
    { alarm: 'a', event: 'acknowledge', from_state: 'unacknowledged', at: us('12:01') },
    { alarm: 'a', event: 'cleared', from_state: 'acknowledged', to_state: 'normal' },
  ])
  await occurrence(database, { id: 'o', alarm: 'a', cleared_at: us('13:00') })
  await report(database, { id: 'r1', caseId: 'c1', asset: 'lamp-1', time: '12:30' })
  await report(database, { id: 'r2', caseId: 'c1', asset: 'lamp-1', time: '12:40' })
}

describeWithService('postgres', await findPostgres(), (begin) => {
  it('facts of a window are read as from the embedded database', async () => {
    await using server = await begin()
    await using database = await openPostgresDatabase({
      url: await server.createDatabase(),
      clock: systemClock,
      random: systemRandom,
      realTime: systemClock,
    })
    await addOrganisations(database)
    await using embedded = await openTestDatabase()
    const window = { from: start, to: start + DAY }
    await fill(database)
    await fill(embedded)
    const read = async (from: Database) => {
      const facts = await readKpiFacts(from.read(north), window, () => true)
      // Numbers of journal rows go on from one database to the next.
      return { ...facts, moves: facts.moves.map(({ kind, at }) => ({ kind, at })) }
    }
    const facts = await read(database)
    expect(facts).toEqual(await read(embedded))
    expect(facts.reports).toEqual([
      { at: us('12:30'), asset: 'lamp-1', monitored: true, raisedAt: us('12:00') },
    ])
    expect([facts.annunciations.length, facts.moves.length]).toEqual([1, 2])
  })
})
