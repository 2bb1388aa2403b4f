import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { alarmId } from '../../src/alarms/ids.ts'
import type { SuppressionSource } from '../../src/alarms/sources.ts'
import type { Suppression } from '../../src/alarms/suppression.ts'
import { durationUs, HOUR, later, MINUTE } from '../../src/domain/time.ts'
import { north } from '../support/database.ts'
import {
  everything,
  keyOf,
  lamp,
  lampKey,
  openFixture,
  said,
  take,
  type Fixture,
} from './fixture.ts'

const anna = 'user:anna'
const tripped = keyOf('pump-tripped')
const flow = keyOf('flow-low')

describe('an alarm that another one implies', () => {
  let here: Fixture
  beforeEach(async () => {
    here = await openFixture()
  })
  afterEach(async () => {
    await here[Symbol.asyncDispose]()
  })

  it('is not told when its cause stands, and is when the cause goes first', async () => {
    await take(here, said(1, 'raised', { key: tripped }), said(2, 'raised', { key: flow }))
    expect(await here.alarms.get(north, alarmId(flow))).toMatchObject({
      state: 'unacknowledged',
      letter: 'F',
      suppression: [{ kind: 'design', ref: alarmId(tripped), reason: 'pump_tripped' }],
    })
    expect(here.heard(alarmId(flow))).toEqual([])
    await take(here, said(3, 'cleared', { key: tripped }))
    expect(here.heard(alarmId(flow))).toEqual(['raised'])
    expect((await here.alarms.get(north, alarmId(flow))).suppression).toEqual([])
  })

  it('says no more when its cause comes later, in the same breath or not', async () => {
    await take(here, said(1, 'raised', { key: flow }))
    await take(here, said(2, 'raised', { key: tripped }))
    expect(here.heard(alarmId(flow))).toEqual(['raised', 'suppressed'])
    await take(
      here,
      said(3, 'cleared', { key: flow }),
      said(3, 'cleared', { key: tripped, ordinal: 1 }),
    )
    expect(here.heard(alarmId(flow))).toEqual(['raised', 'suppressed', 'cleared', 'closed'])
    const other = { ...flow, asset: 'pump-4' }
    const cause = { ...tripped, asset: 'pump-4' }
    await take(
      here,
      said(4, 'raised', { key: other }),
      said(4, 'raised', { key: cause, ordinal: 1 }),
    )
    expect(here.heard(alarmId(other))).toEqual([])
  })

  it('on another asset is told', async () => {
    await take(
      here,
      said(1, 'raised', { key: tripped }),
      said(2, 'raised', { key: keyOf('flow-low', 'pump-9') }),
    )
    expect(here.heard(alarmId(keyOf('flow-low', 'pump-9')))).toEqual(['raised'])
  })
})

describe('planned work', () => {
  let here: Fixture
  beforeEach(async () => {
    here = await openFixture()
    await here.database.write(north, 'normal', ({ query, organisation }) =>
      query
        .insertInto('asset')
        .values(
          ['lamp-17', 'lamp-18'].map((id, index) => ({
            organisation,
            id,
            slug: id,
            name: id,
            type: 'Streetlight',
            lat: 58 + index,
            lon: 11,
            owner: null,
            maintainer: null,
            public: 1,
            search: id,
            valid_from: here.clock.now(),
          })),
        )
        .execute(),
    )
  })
  afterEach(async () => {
    await here[Symbol.asyncDispose]()
  })

  const plan = (hours: number, scope = { assets: ['lamp-17'] }) =>
    here.alarms.maintenance.plan(north, {
      scope,
      from: here.clock.now(),
      to: later(here.clock.now(), durationUs(hours * HOUR)),
      by: anna,
      reason: 'Lamps are exchanged',
    })

  it('says what it touches before it is planned', async () => {
    await take(here, said(1, 'raised'))
    const { maintenance } = here.alarms
    expect(await maintenance.preview(north, { types: ['Streetlight'] })).toEqual({
      assets: 2,
      openAlarms: 1,
    })
    const area = { south: 58.5, west: 10, north: 60, east: 12 }
    expect(await maintenance.preview(north, { area })).toEqual({ assets: 1, openAlarms: 0 })
    expect(await maintenance.preview(north, { all: true })).toMatchObject({ assets: 2 })
  })

  it('silences what stands and what rises, and lets them speak when it ends, without a reading', async () => {
    await take(here, said(1, 'raised'))
    await plan(2, { assets: ['lamp-17', 'lamp-18'] })
    await here.runTimers()
    const second = { ...lampKey, asset: 'lamp-18' }
    await take(here, said(2, 'raised', { key: second }))
    expect(here.heard(lamp)).toEqual(['raised', 'suppressed'])
    expect(here.heard(alarmId(second))).toEqual([])
    expect(await here.alarms.list(north, { which: 'open', limit: 9 })).toEqual([])
    expect(await here.alarms.list(north, { which: 'suppressed', limit: 9 })).toHaveLength(2)
    here.clock.advance(durationUs(2 * HOUR))
    await here.runTimers()
    expect(here.heard(lamp)).toEqual(['raised', 'suppressed', 'raised'])
    expect(here.heard(alarmId(second))).toEqual(['raised'])
    expect(await everything(here)).toMatchObject({ suppression: [], timer: [] })
  })

  it('may be ended early or taken back, and stays in the list', async () => {
    await take(here, said(1, 'raised'))
    const { id } = await plan(2)
    await here.runTimers()
    const ended = await here.alarms.maintenance.end(north, id, 'user:bo')
    expect(ended).toMatchObject({ state: 'over', endedBy: 'user:bo' })
    await here.runTimers()
    expect(here.heard(lamp)).toEqual(['raised', 'suppressed', 'raised'])
    await expect(here.alarms.maintenance.end(north, id, 'user:bo')).rejects.toMatchObject({
      details: { kind: 'conflict' },
    })
    expect(await here.alarms.maintenance.list(north)).toMatchObject([{ id, state: 'over' }])
  })

  it('lasts a month at most', async () => {
    await expect(plan(31 * 24)).rejects.toMatchObject({ details: { kind: 'invalid' } })
    await expect(plan(0)).rejects.toMatchObject({ details: { kind: 'invalid' } })
  })
})

/** A cause that everything hangs on. */
function rootCause(): SuppressionSource {
  const reason: Suppression = { kind: 'topology', ref: 'root', by: 'root', reason: 'dark' }
  return {
    name: 'root',
    reasonsFor: async (_work, raises) =>
      new Map(
        raises.flatMap(({ alarm, rule }) =>
          rule === 'lamp-dark' ? [[alarm, [reason]]] : [],
        ),
      ),
    changed: async (work, changes) => {
      for (const { rule, after, before } of changes) {
        if (rule === 'hatch-open' && before.active && !after.active) work.releaseAll(reason)
      }
    },
    due: async (work, ref) => {
      work.say({
        key: keyOf('hatch-open', ref),
        event: 'raised',
        at: work.now,
        level: 1,
        evidence: [],
      })
    },
  }
}

describe('a source of suppression', () => {
  it('releases more alarms than fit into a transaction, the rest right after it', async () => {
    await using here = await openFixture({ sources: [rootCause()] })
    const hatch = keyOf('hatch-open')
    const dark = Array.from({ length: 1_203 }, (_, ordinal) =>
      said(1, 'raised', { key: { ...lampKey, asset: `lamp-${ordinal}` }, ordinal }),
    )
    await take(here, ...dark, said(2, 'raised', { key: hatch }))
    const suppressed = async () => {
      const query = here.database.read(north).selectFrom('alarm_suppression')
      const { count } = await query
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      return count
    }
    expect(await suppressed()).toBe(1_203)
    expect((await here.told()).size).toBe(0)
    await take(here, said(3, 'cleared', { key: hatch }))
    expect(await suppressed()).toBe(703)
    await here.runTimers()
    expect(await suppressed()).toBe(0)
    const told = await here.told()
    expect(told.size).toBe(1_000)
    expect(here.heard(alarmId({ ...lampKey, asset: 'lamp-1202' }))).toEqual(['raised'])
  })

  it('wakes and raises an alarm of its own', async () => {
    const source = rootCause()
    await using here = await openFixture({
      sources: [
        {
          ...source,
          changed: async (work, changes) => {
            for (const { rule, after } of changes) {
              if (rule === 'lamp-dark' && after.active) {
                work.wake('cabinet-1', later(work.now, MINUTE))
              }
            }
          },
        },
      ],
    })
    await take(here, said(1, 'raised'))
    await here.runTimers()
    const group = alarmId(keyOf('hatch-open', 'cabinet-1'))
    expect(here.heard(group)).toEqual([])
    here.clock.advance(MINUTE)
    await here.runTimers()
    expect(here.heard(group)).toEqual(['raised'])
    expect(await here.alarms.journal(north, group)).toMatchObject([
      { event: 'raised', actor: 'root', annunciated: true },
    ])
  })
})
