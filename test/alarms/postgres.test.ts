import { expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { openPostgresDatabase } from '../../src/database/postgres/open.ts'
import { systemRandom } from '../../src/random.ts'
import { addOrganisations, north } from '../support/database.ts'
import { findPostgres } from '../support/postgres.ts'
import { describeWithService } from '../support/services.ts'
import { everything, lamp, lampKey, openFixture, said, take } from './fixture.ts'

describeWithService('postgres', await findPostgres(), (start) => {
  it('alarms live, are listed and are recognised in a replay as in the embedded database', async () => {
    await using server = await start()
    const url = await server.createDatabase()
    await using here = await openFixture({
      open: async (clock) => {
        const database = await openPostgresDatabase({
          url,
          clock,
          random: systemRandom,
          realTime: systemClock,
        })
        await addOrganisations(database)
        return database
      },
    })
    const storm = Array.from({ length: 600 }, (_, ordinal) =>
      said(1, 'raised', { key: { ...lampKey, asset: `lamp-${ordinal}` }, ordinal }),
    )
    // Two engines that both believe to be the one: one of each pair of transactions runs again.
    await Promise.all([take(here, ...storm), take(here, ...storm)])
    const told = await here.told()
    expect(told.size).toBe(600)
    expect(new Set(told.values())).toEqual(new Set([1]))
    const both = await Promise.allSettled([
      here.alarms.acknowledge(north, lamp, { actor: 'anna', raise: 1 }),
      take(here, said(2, 'cleared')),
      here.alarms.acknowledge(north, lamp, { actor: 'bo', raise: 1 }),
    ])
    expect(both.map(({ status }) => status).toSorted()).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
    ])
    expect((await here.alarms.get(north, lamp)).state).toBe('normal')
    const before = await everything(here)
    await take(here, ...storm, said(2, 'cleared'))
    expect(await everything(here)).toEqual(before)
    await take(here, said(3, 'raised'))
    const [first] = await here.alarms.list(north, { which: 'open', limit: 500 })
    expect(first).toMatchObject({
      id: lamp,
      raise: 2,
      raisedAt: '2026-11-20T12:03:00.000Z',
    })
    expect(await here.alarms.journal(north, lamp)).toHaveLength(4)
  })
})
