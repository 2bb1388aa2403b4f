import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { durationUs, HOUR } from '../../src/domain/time.ts'
import { north } from '../support/database.ts'
import { lamp, openFixture, said, take, type Fixture } from './fixture.ts'

const anna = 'user:anna'
const bo = 'user:bo'
const time = { for: durationUs(4 * HOUR) }
const shelf = { actor: anna, reason: 'The contractor is on the way', time }

let here: Fixture
beforeEach(async () => {
  here = await openFixture()
})
afterEach(async () => {
  await here[Symbol.asyncDispose]()
})

describe('why', () => {
  it('has the evidence of the raise, the reasons, the timers and what happened last', async () => {
    await take(here, said(1, 'raised'))
    await here.alarms.shelve(north, lamp, shelf)
    await here.alarms.comment(north, lamp, { actor: bo, comment: 'Seen from the car' })
    expect(await here.alarms.why(north, lamp)).toMatchObject({
      alarm: { id: lamp, letter: 'E' },
      ruleVersion: 3,
      evidence: [{ role: 'power', value: 0.4, limit: 5 }],
      timers: [{ kind: 'until', ref: `shelved ${anna}`, due: '2026-11-20T16:00:00.000Z' }],
      recent: [
        { event: 'raised', annunciated: true, suppression: [] },
        { event: 'shelve', comment: shelf.reason, suppression: [{ kind: 'shelved' }] },
        { event: 'comment', comment: 'Seen from the car', actor: bo },
      ],
    })
    await expect(here.alarms.why(north, 'nothing')).rejects.toMatchObject({
      details: { kind: 'not_found' },
    })
  })

  it('says how the acknowledgement fared at the source, and why it could not be told', async () => {
    await take(here, said(1, 'raised'))
    expect((await here.alarms.why(north, lamp)).atSource).toBeNull()
    const { last_occurrence: occurrence } = await here.database
      .read(north)
      .selectFrom('alarm')
      .select('last_occurrence')
      .executeTakeFirstOrThrow()
    const now = here.clock.now()
    await here.database.write(north, 'normal', ({ query }) =>
      query
        .insertInto('source_acknowledgement')
        .values({
          organisation: north,
          id: 't1',
          device: 'plc-1',
          point: 'fault',
          occurrence: occurrence ?? '',
          requested_at: now,
          due_at: now,
          tries: 3,
          done_at: null,
          error: 'BadConditionDisabled',
        })
        .execute(),
    )
    const atSource = async () => (await here.alarms.why(north, lamp)).atSource
    expect(await atSource()).toEqual({
      state: 'waiting',
      device: 'plc-1',
      requestedAt: '2026-11-20T12:00:00.000Z',
      tries: 3,
      error: 'BadConditionDisabled',
    })
    const end = (error: string | null) =>
      here.database.write(north, 'normal', ({ query }) =>
        query.updateTable('source_acknowledgement').set({ done_at: now, error }).execute(),
      )
    await end('BadConditionDisabled')
    expect(await atSource()).toMatchObject({ state: 'failed' })
    await end(null)
    expect(await atSource()).toMatchObject({ state: 'told', error: null })
  })

  it('shows late, corrected, fleeting and stale as marks', async () => {
    await take(here, said(1, 'raised', { late: true }), said(2, 'corrected'))
    expect((await here.alarms.get(north, lamp)).marks).toMatchObject({
      late: true,
      corrected: true,
      stale: false,
    })
    here.clock.advance(durationUs(25 * HOUR))
    expect((await here.alarms.get(north, lamp)).marks.stale).toBe(true)
    await take(here, said(1_600, 'cleared'))
    expect((await here.alarms.get(north, lamp)).marks).toMatchObject({
      stale: false,
      fleeting: false,
    })
  })
})
