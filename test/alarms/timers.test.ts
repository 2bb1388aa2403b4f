import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { alarmId } from '../../src/alarms/ids.ts'
import { startAlarmTimers } from '../../src/alarms/start-alarm-timers.ts'
import { durationUs, HOUR, MINUTE, SECOND } from '../../src/domain/time.ts'
import { north } from '../support/database.ts'
import { keyOf, lamp, openFixture, said, take, type Fixture } from './fixture.ts'

const anna = 'user:anna'
const bo = 'user:bo'
const time = { for: durationUs(4 * HOUR) }
const shelf = { actor: anna, reason: 'The contractor is on the way', time }
const level = alarmId(keyOf('level-high'))
const trip = alarmId(keyOf('pump-tripped'))

let here: Fixture
beforeEach(async () => {
  here = await openFixture()
})
afterEach(async () => {
  await here[Symbol.asyncDispose]()
})

async function pass(hours: number): Promise<void> {
  here.clock.advance(durationUs(hours * HOUR))
  await here.runTimers()
}

describe('a shelf', () => {
  it('keeps an alarm from people until it ends by itself, and says who put it there', async () => {
    await take(here, said(1, 'raised'))
    const shelved = await here.alarms.shelve(north, lamp, shelf)
    expect(shelved).toMatchObject({
      letter: 'E',
      suppression: [
        {
          kind: 'shelved',
          by: anna,
          reason: shelf.reason,
          until: '2026-11-20T16:00:00.000Z',
        },
      ],
    })
    await pass(3)
    expect(here.heard(lamp)).toEqual(['raised', 'suppressed'])
    await pass(1)
    expect(here.heard(lamp)).toEqual(['raised', 'suppressed', 'raised'])
    expect((await here.alarms.journal(north, lamp)).at(-1)).toMatchObject({
      event: 'ended',
      actor: 'timer',
      annunciated: true,
      reason: `shelved ${anna}`,
    })
  })

  it('of an urgent alarm is short, and has a reason', async () => {
    const hatch = alarmId(keyOf('hatch-open'))
    await take(here, said(1, 'raised', { key: keyOf('hatch-open') }))
    const tooLong = here.alarms.shelve(north, hatch, shelf)
    await expect(tooLong).rejects.toMatchObject({
      details: { kind: 'invalid', where: 'for', facts: { longestHours: 1 } },
    })
    const silent = here.alarms.shelve(north, hatch, { ...shelf, reason: ' ' })
    await expect(silent).rejects.toMatchObject({ details: { where: 'reason' } })
    const nothing = { ...shelf, time: { for: durationUs(0) } }
    await expect(here.alarms.shelve(north, hatch, nothing)).rejects.toMatchObject({
      details: { kind: 'invalid' },
    })
    expect((await here.alarms.get(north, hatch)).suppression).toEqual([])
  })

  it('until the alarm clears ends with the clear, or when it has lasted too long', async () => {
    const once = { ...shelf, time: { untilClear: true } as const }
    await take(here, said(1, 'raised'))
    await here.alarms.shelve(north, lamp, once)
    await take(here, said(2, 'cleared'))
    expect((await here.alarms.get(north, lamp)).suppression).toEqual([])
    expect((await here.alarms.why(north, lamp)).timers).toEqual([])
    await take(here, said(3, 'raised'))
    await here.alarms.shelve(north, lamp, once)
    await pass(7 * 24)
    expect((await here.alarms.get(north, lamp)).suppression).toEqual([])
  })

  it('is put up once, and may be taken down', async () => {
    await take(here, said(1, 'raised'))
    await here.alarms.shelve(north, lamp, shelf)
    await expect(
      here.alarms.shelve(north, lamp, { ...shelf, actor: bo }),
    ).rejects.toMatchObject({
      details: {
        kind: 'conflict',
        facts: { refusal: 'already_shelved', state: 'unacknowledged' },
      },
    })
    await here.alarms.unshelve(north, lamp, { actor: bo })
    expect(here.heard(lamp)).toEqual(['raised', 'suppressed', 'raised'])
    await pass(5)
    expect(here.heard(lamp)).toHaveLength(3)
  })

  it('outlives the occurrence, and the next raise is silent too', async () => {
    await take(here, said(1, 'raised'))
    await here.alarms.shelve(north, lamp, shelf)
    await here.alarms.acknowledge(north, lamp, { actor: anna, raise: 1 })
    await take(here, said(2, 'cleared'), said(3, 'raised'), said(4, 'cleared'))
    expect(here.heard(lamp)).toEqual([
      'raised',
      'suppressed',
      'acknowledged',
      'cleared',
      'closed',
    ])
    expect(await here.alarms.get(north, lamp)).toMatchObject({
      state: 'normal',
      letter: 'E',
    })
    expect(
      await here.alarms.list(north, { which: 'all', shelved: true, limit: 9 }),
    ).toHaveLength(1)
  })
})

describe('out of service', () => {
  it('lasts until an engineer puts it back', async () => {
    const out = { actor: anna, workOrder: 'AO-17', reason: 'The sensor is at the factory' }
    await take(here, said(1, 'raised'))
    await here.alarms.outOfService(north, lamp, out)
    await pass(24 * 90)
    expect(await here.alarms.get(north, lamp)).toMatchObject({
      letter: 'G',
      suppression: [{ kind: 'outOfService', ref: 'AO-17', until: null }],
    })
    await here.alarms.inService(north, lamp, { actor: anna, comment: 'Back' })
    expect(here.heard(lamp)).toEqual(['raised', 'suppressed', 'raised'])
  })
})

describe('an acknowledged alarm that stays', () => {
  it('is told again as often as its rule says, and not while it is shelved', async () => {
    await take(here, said(1, 'raised', { key: keyOf('level-high') }))
    const acknowledge = (raise: number) =>
      here.alarms.acknowledge(north, level, { actor: anna, raise })
    await acknowledge(1)
    await pass(1)
    await acknowledge(1)
    await here.alarms.shelve(north, level, { ...shelf, time: { for: HOUR } })
    await pass(1)
    await acknowledge(1)
    await pass(5)
    expect(here.heard(level).filter((kind) => kind === 'again')).toHaveLength(1)
    expect((await here.alarms.get(north, level)).state).toBe('acknowledged')
  })

  it('is asked for anew when it gets worse, with another priority', async () => {
    await take(here, said(1, 'raised', { key: keyOf('level-high') }))
    await here.alarms.acknowledge(north, level, { actor: anna, raise: 1 })
    await take(here, said(2, 'level', { key: keyOf('level-high'), level: 3 }))
    expect(await here.alarms.get(north, level)).toMatchObject({
      state: 'unacknowledged',
      priority: 1,
      level: 3,
      raise: 2,
    })
    await take(here, said(3, 'level', { key: keyOf('level-high'), level: 2 }))
    expect(await here.alarms.get(north, level)).toMatchObject({ priority: 2, level: 2 })
    expect(here.heard(level)).toEqual(['raised', 'acknowledged', 'worse', 'better'])
  })
})

describe('an alarm that latches and needs two people', () => {
  it('stands until it was acknowledged, confirmed by another and reset', async () => {
    await take(here, said(1, 'raised', { key: keyOf('pump-tripped') }))
    await here.alarms.acknowledge(north, trip, { actor: anna, raise: 1 })
    await take(here, said(2, 'cleared', { key: keyOf('pump-tripped') }))
    await expect(here.alarms.reset(north, trip, { actor: anna })).rejects.toMatchObject({
      details: { facts: { refusal: 'not_confirmed', state: 'returned_acknowledged' } },
    })
    await expect(here.alarms.confirm(north, trip, { actor: anna })).rejects.toMatchObject({
      details: { facts: { refusal: 'same_person' } },
    })
    await here.alarms.confirm(north, trip, { actor: bo })
    const both = await Promise.allSettled(
      [anna, bo].map((actor) => here.alarms.reset(north, trip, { actor })),
    )
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await here.alarms.get(north, trip)).toMatchObject({
      state: 'normal',
      latched: false,
      confirmedBy: bo,
    })
  })
})

describe('chatter', () => {
  it('is told once, marked, and told again when it has been quiet and still stands', async () => {
    const at = (second: number) => ({
      position: { epoch: 'log-a', partition: 5, sequence: 100 + second, index: 0 },
      at: (here.clock.now() + second * SECOND) as ReturnType<Fixture['clock']['now']>,
    })
    for (const second of [0, 20, 40]) {
      await take(here, said(1, 'raised', at(second)))
      if (second < 40) await take(here, said(1, 'cleared', at(second + 10)))
    }
    expect(here.heard(lamp)).toEqual(['raised', 'cleared', 'raised', 'cleared'])
    expect(await here.alarms.get(north, lamp)).toMatchObject({
      activations: 3,
      marks: { chattering: true },
    })
    here.clock.advance(MINUTE)
    await here.runTimers()
    expect(here.heard(lamp)).toEqual(['raised', 'cleared', 'raised', 'cleared', 'raised'])
  })
})

describe('the worker', () => {
  it('does after a restart what came due while nobody was there, once', async () => {
    await take(here, said(1, 'raised'))
    await here.alarms.shelve(north, lamp, shelf)
    const failures: unknown[] = []
    const start = () =>
      startAlarmTimers({
        alarms: here.alarms,
        clock: here.clock,
        failed: (error) => failures.push(error),
      })
    const first = start()
    await first[Symbol.asyncDispose]()
    here.clock.advance(durationUs(5 * HOUR))
    expect(here.heard(lamp)).toEqual(['raised', 'suppressed'])
    const two = [start(), start()]
    here.clock.advance(SECOND)
    for (const one of two) await one[Symbol.asyncDispose]()
    expect(here.heard(lamp)).toEqual(['raised', 'suppressed', 'raised'])
    expect(await here.alarms.journal(north, lamp)).toHaveLength(3)
    expect(failures).toEqual([])
  })
})
