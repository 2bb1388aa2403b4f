import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { alarmId } from '../../src/alarms/ids.ts'
import { LARGEST_TRANSACTION } from '../../src/alarms/named.ts'
import type { DetectorTransition } from '../../src/domain/transition.ts'
import {
  everything,
  lamp,
  lampKey,
  openFixture,
  said,
  take,
  type Fixture,
} from './fixture.ts'
import { north, south } from '../support/database.ts'

describe('what the detector says', () => {
  let here: Fixture
  beforeEach(async () => {
    here = await openFixture()
  })
  afterEach(async () => {
    await here[Symbol.asyncDispose]()
  })

  it('becomes an alarm, an occurrence, a journal, a case and a word in the feed', async () => {
    await take(here, said(1, 'raised'))
    expect(await here.alarms.get(north, lamp)).toMatchObject({
      rule: { id: 'lamp-dark', name: { en: 'Lamp is dark' } },
      asset: { id: 'lamp-17', name: 'lamp-17' },
      priority: 3,
      state: 'unacknowledged',
      evidence: 'good',
      raise: 1,
      raisedAt: '2026-11-20T12:01:00.000Z',
      clearedAt: null,
      because: [{ role: 'power', value: 0.4, limit: 5, at: '2026-11-20T12:01:00.000Z' }],
    })
    const [row] = await here.alarms.journal(north, lamp)
    expect(row).toMatchObject({
      sequence: 1,
      event: 'raised',
      from: 'normal',
      to: 'unacknowledged',
      actor: 'detector',
      processedAt: '2026-11-20T12:00:00.000Z',
    })
    const heard = await here.database
      .read(north)
      .selectFrom('transition')
      .select('heard_at')
      .executeTakeFirst()
    expect(heard?.heard_at).toBe(said(1, 'raised').ingest)
    expect([...(await here.told()).values()]).toEqual([1])
    expect(await everything(here)).toMatchObject({
      occurrence: [{ rule_version: 3, historical: 0, closed_at: null }],
      feed: [{ number: 1, kind: 'alarm', subject: lamp }],
    })
  })

  it('changes nothing when it is said again after a restart', async () => {
    const history = [
      said(1, 'raised'),
      said(2, 'evidence_lost'),
      said(3, 'evidence_back'),
      said(4, 'cleared'),
      said(5, 'raised'),
    ]
    await take(here, ...history)
    const before = await everything(here)
    await take(here, ...history, ...history)
    await take(here, ...history.slice(2))
    expect(await everything(here)).toEqual(before)
  })

  it('does not undo an acknowledgement when it is said again', async () => {
    await take(here, said(1, 'raised'))
    await here.alarms.acknowledge(north, lamp, { actor: 'user:anna', raise: 1 })
    await take(here, said(1, 'raised'))
    expect((await here.alarms.get(north, lamp)).state).toBe('acknowledged')
  })

  it('tells the case once that the alarm cleared, and once more when it comes back', async () => {
    await take(here, said(1, 'raised'), said(2, 'cleared'), said(3, 'raised'))
    const view = await here.alarms.get(north, lamp)
    expect(view).toMatchObject({ state: 'unacknowledged', raise: 2, clearedAt: null })
    expect(view.raisedAt).toBe('2026-11-20T12:03:00.000Z')
    expect(view.case?.id).toMatch(/^case of /)
    expect([...(await here.told()).values()].toSorted((a, b) => a - b)).toEqual([1, 2])
  })

  it('continues the occurrence that was closed only just now, and opens another one later', async () => {
    await take(here, said(1, 'raised'))
    await here.alarms.acknowledge(north, lamp, { actor: 'user:anna', raise: 1 })
    await take(here, said(2, 'cleared'), said(32, 'raised'))
    expect(await everything(here)).toMatchObject({
      occurrence: [
        { reopen_count: 1, activations: 2, closed_at: null, close_reason: null },
      ],
    })
    expect(await here.alarms.get(north, lamp)).toMatchObject({
      state: 'unacknowledged',
      raise: 2,
      reopened: 1,
    })
    const confirms = async () =>
      [...(await here.told()).keys()].filter((name) => name.startsWith('confirm')).length
    expect(await confirms()).toBe(1)
    await here.alarms.acknowledge(north, lamp, { actor: 'user:anna', raise: 2 })
    await take(here, said(33, 'cleared'), said(64, 'raised'))
    expect(await everything(here)).toMatchObject({ occurrence: { length: 2 } })
    expect(await confirms()).toBe(2)
  })

  it('disturbs nobody with what rose and cleared in old data', async () => {
    await take(
      here,
      said(1, 'raised', { historical: true }),
      said(2, 'cleared', { historical: true }),
    )
    expect(await here.alarms.list(north, { which: 'open', limit: 10 })).toEqual([])
    expect((await here.told()).size).toBe(0)
    expect(await everything(here)).toMatchObject({
      occurrence: [{ annunciated_at: null, historical: 1, close_reason: 'cleared' }],
    })
  })

  it('reaches people once it is announced as still true', async () => {
    await take(here, said(1, 'raised', { historical: true }))
    expect((await here.told()).size).toBe(0)
    await take(here, said(2, 'announced'))
    expect((await here.told()).size).toBe(1)
    expect(await here.alarms.get(north, lamp)).toMatchObject({
      state: 'unacknowledged',
      raisedAt: '2026-11-20T12:01:00.000Z',
    })
  })

  it('keeps an alarm standing and says so when its evidence is lost', async () => {
    await take(here, said(1, 'raised'), said(2, 'evidence_lost'))
    expect(await here.alarms.get(north, lamp)).toMatchObject({
      state: 'unacknowledged',
      evidence: 'lost',
    })
  })

  it('closes what was withdrawn without calling it cleared', async () => {
    await take(here, said(1, 'raised'), said(2, 'withdrawn'))
    expect(await everything(here)).toMatchObject({
      occurrence: [{ cleared_at: null, close_reason: 'withdrawn' }],
    })
    expect((await here.told()).size).toBe(1)
  })

  it('only enters the journal when it is older than what was taken in before', async () => {
    await take(here, said(5, 'raised'))
    const before = await here.alarms.get(north, lamp)
    await take(here, said(4, 'cleared'))
    expect(await here.alarms.get(north, lamp)).toEqual(before)
    expect(await here.alarms.journal(north, lamp)).toMatchObject([
      { sequence: 1, event: 'raised' },
      {
        sequence: 2,
        event: 'cleared',
        from: 'unacknowledged',
        to: 'unacknowledged',
        comment: 'older than what was taken in before',
      },
    ])
    await take(here, said(6, 'cleared'))
    expect((await here.alarms.get(north, lamp)).state).toBe('returned_unacknowledged')
  })

  it('goes on with the positions of a new log', async () => {
    await take(here, said(5, 'raised'))
    const position = { epoch: 'log-b', partition: 5, sequence: 1, index: 0 }
    await take(here, said(6, 'cleared', { position }))
    expect((await here.alarms.get(north, lamp)).state).toBe('returned_unacknowledged')
  })

  it('shows the alarm of a rule nobody knows, and leaves it to people', async () => {
    const key = { ...lampKey, rule: 'gone' }
    await take(here, said(1, 'raised', { key }))
    expect(await here.alarms.get(north, alarmId(key))).toMatchObject({
      rule: { id: 'gone', name: { sv: 'gone' } },
      priority: 2,
      state: 'unacknowledged',
      case: null,
    })
  })

  it('is refused when it speaks of another organisation', async () => {
    const key = { ...lampKey, organisation: south }
    await expect(take(here, said(1, 'raised', { key }))).rejects.toThrow(
      'another organisation',
    )
  })

  it('of a whole dark district is taken in at once, in several transactions', async () => {
    const storm = dark(LARGEST_TRANSACTION * 2 + 7)
    await take(here, ...storm)
    const open = await here.database
      .read(north)
      .selectFrom('alarm')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('occurrence', 'is not', null)
      .executeTakeFirstOrThrow()
    expect(open.count).toBe(storm.length)
  })
})

describe('a crash while the detector is listened to', () => {
  it('in the middle of a transaction leaves nothing half done, and a retry gives everything', async () => {
    let calls = 0
    await using here = await openFixture({
      around: (effects) => ({
        ...effects,
        confirm: async (work, annunciation) => {
          const opened = await effects.confirm(work, annunciation)
          calls += 1
          if (calls === 3) throw new Error('the power went')
          return opened
        },
      }),
    })
    const before = await everything(here)
    await expect(take(here, ...dark(5))).rejects.toThrow('the power went')
    expect(await everything(here)).toEqual(before)
    await take(here, ...dark(5))
    expect([...(await here.told()).values()]).toEqual([1, 1, 1, 1, 1])
    expect(await here.alarms.list(north, { which: 'open', limit: 10 })).toHaveLength(5)
  })

  it('between two transactions of a large batch is healed by saying it all again', async () => {
    let calls = 0
    await using here = await openFixture({
      around: (effects) => ({
        ...effects,
        confirm: (work, annunciation) => {
          calls += 1
          if (calls === LARGEST_TRANSACTION + 2) throw new Error('the power went')
          return effects.confirm(work, annunciation)
        },
      }),
    })
    const storm = dark(LARGEST_TRANSACTION + 3)
    await expect(take(here, ...storm)).rejects.toThrow('the power went')
    expect((await here.told()).size).toBe(LARGEST_TRANSACTION)
    await take(here, ...storm)
    const told = await here.told()
    expect(told.size).toBe(storm.length)
    expect(new Set(told.values())).toEqual(new Set([1]))
  })
})

/** One record that darkens so many lamps. */
function dark(count: number): readonly DetectorTransition[] {
  return Array.from({ length: count }, (_, ordinal) =>
    said(1, 'raised', { key: { ...lampKey, asset: `lamp-${ordinal}` }, ordinal }),
  )
}
