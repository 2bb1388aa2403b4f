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
