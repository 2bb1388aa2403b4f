import { describe, expect, it } from 'vitest'
import { opcuaMetrics } from '../../../src/alarms/kpis/opcua.ts'
import { kpisView, opcuaMetricsView } from '../../../src/alarms/kpis/views.ts'
import { HOUR } from '../../../src/domain/time.ts'
import {
  acknowledged,
  active,
  at,
  DAY,
  facts,
  kpis,
  occurred,
  of,
  setting,
  start,
  told,
} from './facts.ts'

describe('rates', () => {
  it('are per operator, and of the whole window', () => {
    const annunciations = [told('a/1', '12:00'), told('a/1', '12:05'), told('b/1', '18:00')]
    const one = kpis({ annunciations })
    expect(one.annunciations).toBe(3)
    expect(one.rate).toMatchObject({
      per10MinutesAndOperator: 3 / 144,
      perHour: 3 / 24,
      perDayAndOperator: 3,
      maxPerSlot: 2,
      maxIn10Minutes: 2,
      peakHour: { from: '2026-11-20T12:00:00.000Z', annunciations: 2 },
    })
    expect(one.slots).toMatchObject({
      count: 144,
      aboveTarget: 1,
      timeAboveTarget: 1 / 144,
    })
    const two = kpis({ annunciations }, { desks: [{ desk: 'control', operators: 2 }] })
    expect(two.rate.perDayAndOperator).toBe(1.5)
    expect(two.slots.aboveTarget).toBe(0)
  })

  it('of a window in which nothing was said are 0', () => {
    const none = kpis({})
    expect(none.rate.perHour).toBe(0)
    expect(none.slots.distribution).toEqual([{ annunciations: 0, slots: 144 }])
    expect(none.badActors).toEqual({ share: 0, keys: [] })
    expect(none.precision.precision).toBeNull()
    expect(kpisView.parse(none)).toEqual(none)
  })
})

function thrice(last: number) {
  return [...active('a/1', 0, 10), ...active('a/1', 20, 30), ...active('a/1', 60, last)]
}

describe('what the alarms are like', () => {
  it('chattering is three clears of one key within a minute', () => {
    expect(kpis({ moves: thrice(70) }).chattering).toEqual({
      keys: 1,
      worst: [{ alarm: 'a/1', rule: 'a', asset: '1', times: 1 }],
    })
    expect(kpis({ moves: thrice(71) }).chattering.keys).toBe(0)
    const twoKeys = [
      ...active('a/1', 0, 10),
      ...active('a/1', 20, 30),
      ...active('a/2', 40, 50),
    ]
    expect(kpis({ moves: twoKeys }).chattering.keys).toBe(0)
  })

  it('fleeting is gone within a minute, before anybody acknowledged', () => {
    expect(kpis({ moves: active('a/1', 0, 59) }).fleeting).toBe(1)
    expect(kpis({ moves: active('a/1', 0, 60) }).fleeting).toBe(0)
    const acknowledgements = [acknowledged('a/1', 30)]
    expect(kpis({ moves: active('a/1', 0, 59), acknowledgements }).fleeting).toBe(0)
    // It began before the window and cleared in it.
    expect(kpis({ moves: active('a/1', -20, 20) }).fleeting).toBe(1)
    expect(kpis({ moves: active('a/1', -50, -1) }).fleeting).toBe(0)
  })

  it('stale is active for more than a day', () => {
    const occurrences = [
      occurred('a/1', start - HOUR),
      occurred('a/2', start + HOUR),
      occurred('a/3', start - 3 * DAY),
      occurred('a/4', start - 2 * DAY, { clearedAt: at('12:00') }),
    ]
    const { stale, active: time } = kpis({ occurrences })
    expect(stale.atEnd).toBe(2)
    expect(stale.became).toBe(1)
    expect(stale.oldest.map(({ asset }) => asset)).toEqual(['3', '1'])
    expect(time).toEqual({ total: (24 + 23 + 24 + 12) * 3600, longest: 4 * 86_400 })
  })

  it('tell how long it takes until they are normal again', () => {
    const moves = [
      ...active('a/1', '10:00', '10:10'),
      ...active('a/2', '10:00', '10:20'),
      ...active('a/3', '10:00', '11:00'),
      ...active('a/4', '10:00'),
    ]
    expect(kpis({ moves }).returnToNormal).toEqual({
      count: 3,
      p50: 1_200,
      p95: 3_600,
      longest: 3_600,
    })
  })

  it('take what began before the window from its occurrence', () => {
    const [, cleared] = active('a/1', '09:00', '10:00')
    const moves = cleared === undefined ? [] : [cleared]
    const occurrences = [occurred('a/1', start - HOUR, { clearedAt: at('10:00') })]
    expect(kpis({ moves, occurrences }).returnToNormal.longest).toBe(11 * 3_600)
    expect(kpis({ moves }).returnToNormal.count).toBe(0)
  })

  it('that were withdrawn have ended, not returned', () => {
    const [rose, fell] = active('a/1', '10:00', '10:10')
    if (rose === undefined || fell === undefined) throw new Error('no moves')
    const moves = [rose, { ...fell, kind: 'withdrawn' as const }]
    const { returnToNormal, active: time } = kpis({ moves })
    expect([returnToNormal.count, time.total]).toEqual([0, 600])
  })

  it('show the priorities and the ten worst', () => {
    const annunciations = [
      ...Array.from({ length: 9 }, (_, i) => told('a/1', i * 700)),
      ...Array.from({ length: 11 }, (_, i) =>
        told(`b/${i}`, 30_000 + i * 700, of(`b/${i}`, 1)),
      ),
    ]
    const { priorities, badActors } = kpis({ annunciations })
    expect(priorities.map(({ share }) => share)).toEqual([0.55, 0, 0.45, 0])
    expect(badActors.share).toBe(18 / 20)
    expect(badActors.keys[0]).toEqual({
      alarm: 'a/1',
      rule: 'a',
      asset: '1',
      annunciations: 9,
      share: 0.45,
    })
  })
})

describe('the names of OPC UA', () => {
  it('say the same', () => {
    const annunciations = [
      told('a/1', '12:00'),
      told('a/1', '12:30', { again: true }),
      told('a/2', '23:55'),
    ]
    const metrics = opcuaMetrics(
      facts({
        annunciations,
        moves: active('a/1', '12:00', '14:00'),
        acknowledgements: [acknowledged('a/1', '12:45')],
      }),
      setting(),
    )
    expect(metrics).toEqual({
      AlarmCount: 3,
      StartTime: '2026-11-20T00:00:00.000Z',
      MaximumActiveState: 7_200_000,
      MaximumUnAck: 2_700_000,
      CurrentAlarmRate: 1,
      MaximumAlarmRate: 1,
      MaximumReAlarmCount: 1,
      AverageAlarmRate: 3 / 144,
      Rate: 600,
    })
    expect(opcuaMetricsView.parse(metrics)).toEqual(metrics)
  })
})
