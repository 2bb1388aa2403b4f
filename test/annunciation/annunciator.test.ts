import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { takeLease } from '../../src/annunciation/lease.ts'
import { durationUs, HOUR, MINUTE, SECOND } from '../../src/domain/time.ts'
import { openPostgresDatabase } from '../../src/database/postgres/open.ts'
import { systemClock } from '../../src/clock.ts'
import { systemRandom } from '../../src/random.ts'
import { addOrganisations, north } from '../support/database.ts'
import { findPostgres } from '../support/postgres.ts'
import { describeWithService } from '../support/services.ts'
import { deliver, ladder as written, openFixture, type Fixture } from './fixture.ts'

let here: Fixture
beforeEach(async () => {
  here = await openFixture(written)
})
afterEach(async () => {
  await here[Symbol.asyncDispose]()
})

/** From step to step, and its end to everybody who had it. */
async function expectWholeWay(one: Fixture): Promise<void> {
  await using annunciator = one.annunciator()
  await one.announce('raised')
  await one.pass(annunciator, durationUs(20 * SECOND))
  expect(await one.told()).toEqual([])
  await one.pass(annunciator, MINUTE)
  expect(await one.told()).toEqual(['channel:crew: 1 0 0 0', 'person:anna: 1 0 0 0'])
  await one.pass(annunciator, durationUs(10 * MINUTE))
  await deliver(one)
  await one.announce('cleared')
  await one.pass(annunciator, HOUR)
  expect((await one.told()).slice(2).toSorted()).toEqual([
    'channel:boss: 0 0 1 0',
    'channel:boss: 1 0 0 0',
    'channel:crew: 0 0 1 0',
    'person:anna: 0 0 1 0',
  ])
  const query = one.database.read(north)
  expect(await query.selectFrom('escalation').selectAll().execute()).toMatchObject([
    { open: 0 },
  ])
  const ledger = await query.selectFrom('told').selectAll().execute()
  expect(ledger).toHaveLength(3)
  for (const { raise_told_at: raised, clear_told_at: cleared } of ledger)
    expect(Number(raised)).toBeLessThan(Number(cleared))
  // Over for 90 days: nothing is left of it but the numbers of its messages.
  one.clock.advance(durationUs(91 * 24 * HOUR))
  await annunciator.look()
  expect(await query.selectFrom('escalation').selectAll().execute()).toEqual([])
  expect(await query.selectFrom('told').selectAll().execute()).toEqual([])
  expect(await one.told()).toEqual([])
}

describeWithService('postgres', await findPostgres(), (start) => {
  it('goes the whole way', async () => {
    await using server = await start()
    const url = await server.createDatabase()
    await using one = await openFixture(written, async (clock) => {
      const times = { clock, realTime: systemClock }
      const database = await openPostgresDatabase({ url, random: systemRandom, ...times })
      await addOrganisations(database)
      return database
    })
    await expectWholeWay(one)
  })
})

describe('an alarm', () => {
  it('goes from step to step, and its end to everybody who had it', async () => {
    await expectWholeWay(here)
  })

  it('is told together with what hangs on the same asset', async () => {
    await using annunciator = here.annunciator()
    await here.announce('raised')
    await here.announce('raised', {
      alarm: 'alarm-2',
      occurrence: 'occurrence-2',
      asset: 'pump-2',
    })
    await here.pass(annunciator, MINUTE)
    expect(await here.told()).toEqual(['channel:crew: 2 0 0 0', 'person:anna: 2 0 0 0'])
  })

  it('that somebody acknowledged goes no further', async () => {
    await using annunciator = here.annunciator()
    await here.announce('raised')
    await here.pass(annunciator, MINUTE)
    await here.announce('acknowledged')
    await here.pass(annunciator, durationUs(24 * HOUR))
    expect(await here.told()).toHaveLength(2)
  })

  it('is told again while nobody acknowledges it', async () => {
    await using annunciator = here.annunciator()
    await here.announce('raised')
    await here.pass(annunciator, durationUs(4 * HOUR + 2 * MINUTE))
    expect((await here.told()).slice(3)).toEqual([
      'channel:crew: 0 0 0 1',
      'person:anna: 0 0 0 1',
    ])
  })

  it('of priority 1 goes on at once when no message gets through, and the ledger says why', async () => {
    await using annunciator = here.annunciator()
    await here.announce('raised', { priority: 1 })
    await annunciator.look()
    await here.database.write(north, 'normal', ({ query }) =>
      query.updateTable('outbox').set({ attempts: 1, error: 'no route to host' }).execute(),
    )
    await here.pass(annunciator, durationUs(10 * SECOND))
    const tellings = await here.database
      .read(north)
      .selectFrom('telling')
      .select(['recipient', 'because'])
      .orderBy('at')
      .orderBy('recipient')
      .execute()
    expect(tellings).toEqual([
      { recipient: 'channel:crew', because: 'called' },
      { recipient: 'person:anna', because: 'called' },
      { recipient: 'channel:boss', because: 'unreached' },
    ])
  })

  it('that no desk takes is on the console alone', async () => {
    here.catalogue = { ...here.catalogue, desks: new Map() }
    await using annunciator = here.annunciator()
    await here.announce('raised')
    await here.pass(annunciator, HOUR)
    expect(await here.told()).toEqual([])
  })

  it('is given to the first desk that takes it, and to that for worse ones when it gets worse', async () => {
    await using two = await openFixture({
      desks: {
        urgent: { takes: [{ priorities: [1] }], steps: [{ to: [{ channel: 'boss' }] }] },
        rest: { steps: [{ to: [{ channel: 'crew' }] }] },
      },
    })
    await using annunciator = two.annunciator()
    await two.announce('raised')
    await two.pass(annunciator, MINUTE)
    await two.announce('worse', { priority: 1, level: 2 })
    await two.pass(annunciator, MINUTE)
    expect(await two.told()).toEqual([
      'channel:crew: 1 0 0 0',
      'channel:boss: 1 0 0 0',
      'channel:crew: 0 1 0 0',
    ])
  })
})

/** Another process has another name. */
const another = { bytes: (count: number): Uint8Array => new Uint8Array(count).fill(9) }

describe('of two annunciators', () => {
  it('one works, and the other takes over when it is gone', async () => {
    const first = here.annunciator()
    await first.look()
    await using second = here.annunciator({ random: another })
    await here.announce('raised', { priority: 1 })
    await second.look()
    expect(await here.told()).toEqual([])
    await first[Symbol.asyncDispose]()
    await second.look()
    expect(await here.told()).toHaveLength(2)
  })

  it('one that was asleep while the other took over writes nothing', async () => {
    await here.announce('raised', { priority: 1 })
    let overtaken = false
    const sleepy: Database = {
      ...here.database,
      write: async (organisation, lane, body) => {
        if (lane === 'alarm' && !overtaken && (await held(here.database))) {
          overtaken = true
          here.clock.advance(HOUR)
          const now = here.clock.now()
          await takeLease(here.database, north, { holder: 'other', now })
        }
        return here.database.write(organisation, lane, body)
      },
    }
    await using annunciator = here.annunciator({ database: sleepy, random: another })
    await annunciator.look()
    expect(overtaken).toBe(true)
    expect(await here.told()).toEqual([])
  })
})

async function held(database: Database): Promise<boolean> {
  const rows = await database.read(north).selectFrom('annunciator').selectAll().execute()
  return rows.length > 0
}
