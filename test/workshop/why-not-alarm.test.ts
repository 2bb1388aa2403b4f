import { describe, expect, it } from 'vitest'
import type { SuppressionSource } from '../../src/alarms/sources.ts'
import type { Suppression } from '../../src/alarms/suppression.ts'
import { durationUs, earlier, HOUR, later, MINUTE } from '../../src/domain/time.ts'
import { knownAlarm } from '../../src/workshop/why-not-alarm.ts'
import {
  keyOf,
  lamp,
  lampKey,
  openFixture,
  said,
  take,
  type Fixture,
} from '../alarms/fixture.ts'
import { north } from '../support/database.ts'

const anna = 'user:anna'
const shelf = (time: { for: ReturnType<typeof durationUs> } | { untilClear: true }) => ({
  actor: anna,
  reason: 'The contractor is on the way',
  time,
})
const raisedAt = 'the alarm of 2026-11-20T12:01:00.000Z stood and'

/** Everything that rises has this reason. */
function always(reason: Suppression): SuppressionSource {
  return {
    name: 'always',
    reasonsFor: async (_work, raises) =>
      new Map(raises.map(({ alarm }) => [alarm, [reason]])),
    changed: async () => undefined,
  }
}

async function ask(here: Fixture, key = lampKey, at = here.clock.now()) {
  return knownAlarm(here.database.read(north), key, at)
}

/** What is done to the lamp's alarm after it rose, and what is said of it then. */
const told: Record<string, [act: (here: Fixture) => Promise<unknown>, string]> = {
  'that it was told': [
    async () => undefined,
    `${raisedAt} people were told at 2026-11-20T12:00:00.000Z`,
  ],
  'that somebody shelved it': [
    ({ alarms }) => alarms.shelve(north, lamp, shelf({ for: HOUR })),
    `${raisedAt} people were told at 2026-11-20T12:00:00.000Z, but not any more: shelved by user:anna until 2026-11-20T13:00:00.000Z (The contractor is on the way)`,
  ],
  'that it was shelved until it clears': [
    ({ alarms }) => alarms.shelve(north, lamp, shelf({ untilClear: true })),
    `${raisedAt} people were told at 2026-11-20T12:00:00.000Z, but not any more: shelved by user:anna until it clears, at most until 2026-11-27T12:00:00.000Z (The contractor is on the way)`,
  ],
  'that it is out of service, beside other reasons': [
    async ({ alarms }) => {
      await alarms.shelve(north, lamp, shelf({ for: HOUR }))
      await alarms.outOfService(north, lamp, {
        actor: anna,
        workOrder: 'WO-7',
        reason: 'New pole',
      })
    },
    `${raisedAt} people were told at 2026-11-20T12:00:00.000Z, but not any more: shelved by user:anna until 2026-11-20T13:00:00.000Z (The contractor is on the way); taken out of service by user:anna for WO-7 (New pole)`,
  ],
}

describe('what people knew of an alarm says', () => {
  it.each(Object.entries(told))('%s', async (_, [act, sentence]) => {
    await using here = await openFixture()
    await take(here, said(1, 'raised'))
    await act(here)
    expect((await ask(here))?.sentence).toBe(sentence)
  })

  it('that nobody was told of a raise on the shelf', async () => {
    await using here = await openFixture()
    await take(here, said(0, 'raised'), said(0, 'cleared', { ordinal: 1 }))
    await here.alarms.shelve(north, lamp, shelf({ for: HOUR }))
    await take(here, said(1, 'raised'))
    expect(await ask(here)).toMatchObject({
      alarm: lamp,
      state: 'unacknowledged',
      toldAt: null,
      keptBy: [{ kind: 'shelved', by: anna }],
      sentence: `${raisedAt} nobody was told: shelved by user:anna until 2026-11-20T13:00:00.000Z (The contractor is on the way)`,
    })
  })

  it('which alarm said it already', async () => {
    await using here = await openFixture()
    const [cause, flow] = [keyOf('pump-tripped'), keyOf('flow-low')]
    await take(here, said(1, 'raised', { key: cause }), said(1, 'raised', { key: flow }))
    expect((await ask(here, flow))?.sentence).toBe(
      `${raisedAt} nobody was told: implied by pump-tripped on pump-3`,
    )
  })

  it.each<[Suppression, string]>([
    [
      {
        kind: 'held',
        ref: 'hold',
        until: later(said(1, 'raised').at, MINUTE),
        by: 'topology',
        reason: 'waits for its cause',
      },
      'held until 2026-11-20T12:02:00.000Z, so that its cause can arrive',
    ],
    [
      { kind: 'flood', ref: 'control-room', by: 'flood', reason: 'too many' },
      'held back in the flood of control-room',
    ],
    [
      { kind: 'topology', ref: 'forgotten', by: 'topology', reason: '' },
      'explained by another alarm',
    ],
    [
      { kind: 'maintenance', ref: 'w1', by: anna, reason: 'New lamps' },
      'work that user:anna planned (New lamps)',
    ],
  ])('what keeps it: %j', async (reason, words) => {
    await using here = await openFixture({ sources: [always(reason)] })
    await take(here, said(1, 'raised'))
    expect((await ask(here))?.sentence).toBe(`${raisedAt} nobody was told: ${words}`)
  })

  it('that it is known from old readings alone', async () => {
    await using here = await openFixture()
    await take(here, said(1, 'raised', { historical: true }))
    expect(await ask(here)).toMatchObject({
      state: 'unannounced',
      sentence: `${raisedAt} nobody was told: it rests on old readings, or on a flicker`,
    })
  })

  it('nothing of an alarm that nobody heard of, that had not come or had closed', async () => {
    await using here = await openFixture()
    expect(await ask(here)).toBeUndefined()
    const before = here.clock.now()
    here.clock.advance(HOUR)
    await take(here, said(1, 'raised'))
    const stood = here.clock.now()
    here.clock.advance(HOUR)
    await here.alarms.acknowledge(north, lamp, { actor: anna, raise: 1 })
    await take(here, said(2, 'cleared'))
    expect(await ask(here)).toBeUndefined()
    expect(await ask(here, lampKey, before)).toBeUndefined()
    expect(await ask(here, lampKey, earlier(stood, durationUs(1)))).toBeUndefined()
    expect(await ask(here, lampKey, stood)).toMatchObject({ state: 'unacknowledged' })
  })
})
