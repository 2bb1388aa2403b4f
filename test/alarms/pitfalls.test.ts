import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isUniqueViolation } from '../../src/database/errors.ts'
import { durationUs, HOUR, later, toIso } from '../../src/domain/time.ts'
import { plainOccurrence } from '../support/alarm-rows.ts'
import { north } from '../support/database.ts'
import { lamp, openFixture, said, take, type Fixture } from './fixture.ts'

/*
 * Mistakes that other systems made, as their issues tell, and that no other suite here would notice. What the
 * topology is for stands in `topology/`, what messages are for in `test/annunciation`.
 */
let here: Fixture
beforeEach(async () => {
  here = await openFixture()
})
afterEach(() => here[Symbol.asyncDispose]())

const anna = 'user:anna'

/** People work on the lamp for an hour. */
async function plan(): Promise<void> {
  await here.database.write(north, 'normal', async ({ query, organisation }) => {
    await query
      .insertInto('asset')
      .values({
        organisation,
        id: 'lamp-17',
        slug: 'lamp-17',
        name: 'lamp-17',
        type: 'Streetlight',
        lat: 58,
        lon: 11,
        owner: null,
        maintainer: null,
        public: 1,
        search: 'lamp-17',
        valid_from: here.clock.now(),
      })
      .execute()
  })
  const from = here.clock.now()
  await here.alarms.maintenance.plan(north, {
    scope: { assets: ['lamp-17'] },
    from,
    to: later(from, HOUR),
    by: anna,
    reason: 'A new lamp',
  })
  await here.runTimers()
}

describe('an alarm', () => {
  it('has one open occurrence, and the database sees to it (thingsboard #15583, #2986)', async () => {
    await take(here, said(1, 'raised'))
    const second = here.database.write(north, 'alarm', async ({ query }) => {
      const row = plainOccurrence({ id: 'another', alarm: lamp })
      await query.insertInto('occurrence').values(row).execute()
    })
    await expect(second).rejects.toSatisfy(isUniqueViolation)
  })

  it('rises when the delay ran out, and is told when the service knows (thingsboard #6773)', async () => {
    here.clock.advance(HOUR)
    await take(here, said(1, 'raised'))
    const row = await here.database
      .read(north)
      .selectFrom('occurrence')
      .select(['raised_at', 'annunciated_at'])
      .executeTakeFirstOrThrow()
    expect(row).toEqual({
      raised_at: said(1, 'raised').at,
      annunciated_at: here.clock.now(),
    })
  })

  it('stays in the list for as long as it stands (thingsboard #2821)', async () => {
    await take(here, said(1, 'raised'))
    await here.alarms.acknowledge(north, lamp, { actor: anna, raise: 1 })
    here.clock.advance(durationUs(2 * 365 * 24 * HOUR))
    await here.runTimers()
    const listed = await here.alarms.list(north, { which: 'open', limit: 9 })
    expect(listed).toMatchObject([{ id: lamp, marks: { stale: true } }])
  })

  it('is what it is without its history (alerta, whose state is read from a history that is cut)', async () => {
    await take(here, said(1, 'raised'))
    await here.alarms.acknowledge(north, lamp, { actor: anna, raise: 1 })
    const before = await here.alarms.get(north, lamp)
    await here.database.write(north, 'alarm', async ({ query }) => {
      const newest = await query
        .selectFrom('transition')
        .select(({ fn }) => fn.max('sequence').as('sequence'))
        .executeTakeFirstOrThrow()
      await query.deleteFrom('transition').where('sequence', '<', newest.sequence).execute()
    })
    const after = await here.alarms.get(north, lamp)
    expect({ ...after, because: [] }).toEqual({ ...before, because: [] })
    await take(here, said(2, 'cleared'))
    expect(await here.alarms.get(north, lamp)).toMatchObject({ state: 'normal' })
    const journal = await here.alarms.journal(north, lamp)
    expect(journal.map(({ sequence }) => sequence)).toEqual([2, 3])
  })

  it('that clears while people work there has cleared, and who was told of it hears so (alerta #176)', async () => {
    await take(here, said(1, 'raised'))
    await here.alarms.acknowledge(north, lamp, { actor: anna, raise: 1 })
    await plan()
    await take(here, said(2, 'cleared'))
    expect(await here.alarms.get(north, lamp)).toMatchObject({
      state: 'normal',
      clearedAt: toIso(said(2, 'cleared').at),
    })
    expect(here.heard(lamp)).toEqual([
      'raised',
      'acknowledged',
      'suppressed',
      'cleared',
      'closed',
    ])
    const { last_occurrence: occurrence } = await here.database
      .read(north)
      .selectFrom('alarm')
      .select('last_occurrence')
      .executeTakeFirstOrThrow()
    expect((await here.told()).get(`cleared ${occurrence}`)).toBe(1)
    here.clock.advance(HOUR)
    await here.runTimers()
    expect(here.heard(lamp)).toHaveLength(5)
  })

  it('that was acknowledged, cleared and came back calls people anew (thingsboard #11434)', async () => {
    await take(here, said(1, 'raised'))
    await here.alarms.acknowledge(north, lamp, { actor: anna, raise: 1 })
    await take(here, said(2, 'cleared'), said(3, 'raised'))
    expect(await here.alarms.get(north, lamp)).toMatchObject({
      state: 'unacknowledged',
      raise: 2,
      reopened: 1,
    })
    expect(here.heard(lamp).at(-1)).toBe('raised')
    const old = here.alarms.acknowledge(north, lamp, { actor: anna, raise: 1 })
    await expect(old).rejects.toMatchObject({ details: { kind: 'conflict' } })
  })

  it('is shown in a milder level again, still acknowledged, and told no one anew (thingsboard #11803)', async () => {
    await take(here, said(1, 'raised', { level: 2 }))
    await here.alarms.acknowledge(north, lamp, { actor: anna, raise: 1 })
    await take(here, said(2, 'level', { level: 1 }))
    expect(await here.alarms.get(north, lamp)).toMatchObject({
      state: 'acknowledged',
      level: 1,
    })
    expect(here.heard(lamp)).toEqual(['raised', 'acknowledged', 'better'])
  })
})
