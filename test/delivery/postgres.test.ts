import { expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { openPostgresDatabase } from '../../src/database/postgres/open.ts'
import { createOutbox } from '../../src/delivery/outbox.ts'
import { HOUR } from '../../src/domain/time.ts'
import { systemRandom } from '../../src/random.ts'
import { addOrganisations } from '../support/database.ts'
import { findPostgres } from '../support/postgres.ts'
import { describeWithService } from '../support/services.ts'
import { openFixture } from './fixture.ts'

describeWithService('postgres', await findPostgres(), (start) => {
  it('two services send every letter once between them, and try again what failed', async () => {
    await using server = await start()
    const url = await server.createDatabase()
    await using here = await openFixture(async (clock) => {
      const database = await openPostgresDatabase({
        url,
        clock,
        random: systemRandom,
        realTime: systemClock,
      })
      await addOrganisations(database)
      return database
    })
    for (let n = 0; n < 25; n++) await here.put(`letter-${n}`)
    await here.put('odd', { kind: 'unknown' })
    await using one = createOutbox(here.parts())
    await using two = createOutbox(here.parts())
    const [first, second] = await Promise.all([one.drain(), two.drain()])
    expect(first + second).toBe(26)
    expect(new Set(here.letters.map(({ id }) => id)).size).toBe(25)
    expect(here.letters).toHaveLength(25)
    here.clock.advance(HOUR)
    expect(await one.drain()).toBe(1)
    const odd = (await here.rows()).find(({ id }) => id === 'odd')
    expect(odd).toMatchObject({ attempts: 2, delivered_at: null, failed_at: null })
  })
})
