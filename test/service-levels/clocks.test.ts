import { describe, expect, it } from 'vitest'
import { HOUR } from '../../src/domain/time.ts'
import { events, level, local, moved, norway, office, read, said } from './stories.ts'

const always = { one: level({ clocks: { resolve: '4h' } }) }
const days = (n: number, count: 'work' | 'calendar') => ({
  one: level({ clocks: { resolve: { days: n, count } } }),
})
const dueOf = (...asked: Parameters<typeof read>) => said(read(...asked).due)

describe('a deadline', () => {
  it('runs past midnight where work never ends', () => {
    expect(dueOf(always, events('2026-11-20 22:30'), { now: '2026-11-20 23:00' })).toBe(
      '2026-11-21 02:30',
    )
    const { elapsed, state } = read(always, events('2026-11-20 22:30'), {
      now: '2026-11-21 00:00',
    })
    expect([elapsed / HOUR, state]).toEqual([1.5, 'running'])
  })

  it('counts hours that pass, where the clock is put forward and back', () => {
    // On 29 March 2026 there is no 02:30; on 25 October there are two.
    expect(dueOf(always, events('2026-03-29 00:30'), { now: '2026-03-29 01:00' })).toBe(
      '2026-03-29 05:30',
    )
    expect(dueOf(always, events('2026-10-25 00:30'), { now: '2026-10-25 01:00' })).toBe(
      '2026-10-25 03:30',
    )
  })

  it('keeps office hours over a week-end on which the clock is changed', () => {
    const one = level({ clocks: { resolve: '16h' }, hours: office })
    for (const [friday, due] of [
      ['2026-03-27 15:00', '2026-03-31 13:00'],
      ['2026-10-23 15:00', '2026-10-27 13:00'],
    ] as const) {
      expect(dueOf({ one }, events(friday), { now: friday })).toBe(due)
    }
  })

  it('is at the end of a working day, not at the beginning of the next', () => {
    const one = level({ clocks: { resolve: '9h' }, hours: office })
    expect(dueOf({ one }, events('2026-11-20 19:00'), { now: '2026-11-20 20:00' })).toBe(
      '2026-11-23 17:00',
    )
  })

  it('counts whole days from the day after', () => {
    const early = events('2026-11-16 00:00')
    const late = events('2026-11-16 23:59')
    for (const story of [early, late]) {
      expect(dueOf(days(2, 'work'), story, { now: '2026-11-16 23:59' })).toBe(
        '2026-11-19 00:00',
      )
    }
    expect(
      dueOf(days(2, 'work'), events('2026-11-20 10:00'), { now: '2026-11-20 10:00' }),
    ).toBe('2026-11-25 00:00')
    const whole = days(3, 'calendar')
    expect(dueOf(whole, events('2026-03-27 10:00'), { now: '2026-03-27 10:00' })).toBe(
      '2026-03-31 00:00',
    )
    expect(dueOf(whole, events('2026-10-23 10:00'), { now: '2026-10-24 10:00' })).toBe(
      '2026-10-27 00:00',
    )
  })

  it('leaves out what is a holiday by law, and no more', () => {
    // Midsummer Day 2026 is a Saturday; its eve is a Friday that the law calls a working day.
    expect(
      dueOf(days(2, 'work'), events('2026-06-17 10:00'), { now: '2026-06-17 10:00' }),
    ).toBe('2026-06-20 00:00')
    expect(
      dueOf(days(3, 'work'), events('2026-06-17 10:00'), { now: '2026-06-17 10:00' }),
    ).toBe('2026-06-23 00:00')
    // 17 May 2027 is a Monday and free in Norway alone.
    const story = events('2027-05-14 10:00')
    const asked = { now: '2027-05-14 10:00' }
    expect(dueOf(days(1, 'work'), story, { ...asked, calendar: norway })).toBe(
      '2027-05-19 00:00',
    )
    expect(dueOf(days(1, 'work'), story, asked)).toBe('2027-05-18 00:00')
  })

  it('passes at its moment, and whoever is done at that moment is in time', () => {
    const opened = '2026-11-20 10:00'
    expect(read(always, events(opened), { now: '2026-11-20 13:59' }).breachedAt).toBeNull()
    expect(read(always, events(opened), { now: '2026-11-20 14:00' }).breachedAt).toBe(
      local('2026-11-20 14:00'),
    )
    const done = events(opened, moved('2026-11-20 14:00', 'closed'))
    for (const now of ['2026-11-20 14:00', '2026-11-20 18:00']) {
      expect(read(always, done, { now })).toMatchObject({ state: 'met', breachedAt: null })
    }
    const late = events(opened, moved('2026-11-20 14:01', 'closed'))
    expect(read(always, late, { now: '2026-11-20 18:00' })).toMatchObject({
      state: 'met',
      metAt: local('2026-11-20 14:01'),
      breachedAt: local('2026-11-20 14:00'),
    })
  })

  it('is none with the next round', () => {
    const one = level({ clocks: { resolve: 'next_round' } })
    expect(
      read({ one }, events('2026-11-20 10:00'), { now: '2026-12-20 10:00' }),
    ).toMatchObject({
      state: 'running',
      due: null,
      target: null,
      breachedAt: null,
    })
  })
})

const waited = (until?: string) =>
  events(
    '2026-11-20 13:00',
    moved('2026-11-20 15:00', 'waiting_reporter', 'Where?'),
    ...(until === undefined ? [] : [moved(until, 'investigating')]),
  )
const paused = (until: string) =>
  events(
    '2026-11-16 10:00',
    moved('2026-11-17 10:00', 'waiting_reporter'),
    moved(until, 'investigating'),
  )

describe('a pause', () => {
  const one = level({ clocks: { resolve: '8h' }, hours: office })

  it('stops the clock over a week-end, and no deadline is known meanwhile', () => {
    const meanwhile = read({ one }, waited(), { now: '2026-11-22 12:00' })
    expect(meanwhile).toMatchObject({ state: 'paused', due: null, elapsed: 2 * HOUR })
    expect(dueOf({ one }, waited('2026-11-23 10:00'), { now: '2026-11-23 10:00' })).toBe(
      '2026-11-23 16:00',
    )
    // Answered on Sunday, it goes on with the week.
    expect(dueOf({ one }, waited('2026-11-22 18:00'), { now: '2026-11-23 07:00' })).toBe(
      '2026-11-23 14:00',
    )
  })

  it('is only where the level says so', () => {
    const planned = { ...one, pauses: ['planned' as const] }
    expect(dueOf({ one: planned }, waited(), { now: '2026-11-20 16:00' })).toBe(
      '2026-11-23 12:00',
    )
  })

  it('lasts a day where days are counted, once it lasts over the end of one', () => {
    const now = '2026-11-18 15:00'
    const two = days(2, 'work')
    expect(dueOf(two, paused('2026-11-17 16:00'), { now })).toBe('2026-11-19 00:00')
    expect(dueOf(two, paused('2026-11-18 08:00'), { now })).toBe('2026-11-20 00:00')
  })

  it('does not forgive what was missed before', () => {
    const story = events('2026-11-20 10:00', moved('2026-11-20 15:00', 'waiting_reporter'))
    expect(read(always, story, { now: '2026-11-20 16:00' })).toMatchObject({
      state: 'paused',
      breachedAt: local('2026-11-20 14:00'),
    })
  })
})
