import { expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { openPostgresDatabase } from '../../src/database/postgres/open.ts'
import { durationUs, HOUR } from '../../src/domain/time.ts'
import { systemRandom } from '../../src/random.ts'
import { addOrganisations, north } from '../support/database.ts'
import { findPostgres } from '../support/postgres.ts'
import { describeWithService } from '../support/services.ts'
import { level, local } from './stories.ts'
import { openDeadlineTown } from './town.ts'

describeWithService('postgres', await findPostgres(), (start) => {
  it('deadlines are kept there too, and told once by two who look at once', async () => {
    await using server = await start()
    const url = await server.createDatabase()
    await using database = await openPostgresDatabase({
      url,
      clock: systemClock,
      random: systemRandom,
      realTime: systemClock,
    })
    await addOrganisations(database)
    const levels = {
      one: level({
        clocks: { resolve: '4h' },
        becomes: [{ when: 'in_a_row', atLeast: 2, level: 'row' }],
      }),
      row: level({ clocks: { resolve: '2h' } }),
    }
    await using town = await openDeadlineTown(levels, local('2026-11-20 08:00'), database)
    await Promise.all([town.report('lamp-1'), town.report('lamp-5')])
    expect(await town.planned()).toHaveLength(6)
    await town.report('lamp-2')
    const cases = await database.read(north).selectFrom('case').select('policy').execute()
    const levelled = Map.groupBy(cases, ({ policy }) => policy)
    expect([levelled.get('one')?.length, levelled.get('row')?.length]).toEqual([1, 2])
    town.clock.advance(durationUs(5 * HOUR))
    await Promise.all([town.run(), town.run()])
    expect(await town.planned()).toHaveLength(1)
    expect(await town.letters()).toHaveLength(3 * 4 + 2)
  })
})
