import { describe, expect, it } from 'vitest'
import { HOUR, SECOND } from '../../../src/domain/time.ts'
import { acknowledged, active, at, kpis, occurred, of, start, told } from './facts.ts'

describe('what people did', () => {
  it('is timed from the first annunciation that nobody had answered', () => {
    const annunciations = [
      told('a/1', '12:00'),
      told('a/1', '12:05', { again: true }),
      told('a/1', '13:00'),
    ]
    const acknowledgements = [acknowledged('a/1', '12:10'), acknowledged('a/1', '13:01')]
    const { acknowledgement, reAlarms } = kpis({ annunciations, acknowledgements })
    expect(acknowledgement).toEqual({
      asked: 2,
      acknowledged: 2,
      open: 0,
      p50: 60,
      p95: 600,
      withinTarget: 1,
      longest: 600,
    })
    expect(reAlarms).toEqual({ count: 1, mostOfOneAlarm: 1 })
  })

  it('is held against the goal of the priority, as far as it can be judged', () => {
    const annunciations = [
      told('a/1', '12:00', of('a/1', 1)),
      told('a/2', '12:00', of('a/2', 1)),
      told('a/3', '12:00', of('a/3', 1)),
      told('a/4', '23:55', of('a/4', 1)),
      told('a/5', '12:00', of('a/5', 4)),
    ]
    const acknowledgements = [acknowledged('a/1', '12:10'), acknowledged('a/2', '12:10:01')]
    const { withinTarget, open } = kpis({ annunciations, acknowledgements }).acknowledgement
    // In time; too late; missed; may still be in time; no goal.
    expect(withinTarget).toBe(1 / 3)
    expect(open).toBe(3)
    const patient = [{ desk: 'control', operators: 1, acknowledgeWithin: { 1: 13 * HOUR } }]
    expect(
      kpis({ annunciations, acknowledgements }, { desks: patient }).acknowledgement
        .withinTarget,
    ).toBe(1)
  })

  it('is not asked of rules that need nobody', () => {
    const annunciations = [told('a/1', '12:00')]
    expect(kpis({ annunciations }, { asks: () => false }).acknowledgement.asked).toBe(0)
  })
})

describe('what people were not told', () => {
  it('is told by what stood in the way', () => {
    const moves = [
      ...active('a/1', '12:00', '12:30', { raise: 7, reasons: ['topology', 'flood'] }),
      ...active('a/2', '12:00', '12:30', { reasons: ['shelved'] }),
      ...active('a/3', '12:00', '12:30'),
      ...active('a/4', '12:00', '12:30', { raise: 3, reasons: ['held'] }),
    ]
    // The fourth was held and told a minute later; an earlier raise of the first was told.
    const annunciations = [
      told('a/4', '12:01', { raise: 3 }),
      told('a/1', '11:00', { raise: 6 }),
    ]
    const { suppression } = kpis({ moves, annunciations })
    expect(suppression).toMatchObject({ raised: 4, told: 1, yield: 0.75, other: 1 })
    expect(suppression.by).toMatchObject({ topology: 1, flood: 1, shelved: 1, held: 0 })
  })

  it('is counted as it stands now, with what nobody answers for', () => {
    const suppressions = [
      { ...of('a/1'), kind: 'shelved' as const, until: start, reason: 'noise' },
      { ...of('a/2'), kind: 'outOfService' as const, until: null, reason: ' ' },
    ]
    const { suppressedNow } = kpis({ suppressions })
    expect(suppressedNow).toMatchObject({ withoutReason: 1, pastExpiry: 1 })
    expect(suppressedNow.by).toMatchObject({ shelved: 1, outOfService: 1, topology: 0 })
  })
})

describe('what it came to', () => {
  it('is precise where cases found something', () => {
    const occurrences = ['real', 'real', 'no_fault_found', 'nuisance', null].map(
      (outcome, i) => occurred(`a/${i}`, at('12:00'), { outcome }),
    )
    expect(kpis({ occurrences }).precision).toEqual({
      real: 2,
      nuisance: 2,
      precision: 0.5,
    })
  })

  it('is missed where a citizen was first on what a rule watches', () => {
    const report = { at: at('12:00'), asset: '1', monitored: true }
    const reports = [
      { ...report, raisedAt: at('11:00') },
      { ...report, raisedAt: at('12:01') },
      { ...report, raisedAt: null },
      { ...report, raisedAt: null, monitored: false },
    ]
    const { missed, detectLead } = kpis({ reports })
    expect(missed).toEqual({ reports: 4, monitored: 3, missed: 2, share: 2 / 3 })
    expect(detectLead).toEqual({ count: 2, p50: -60, p95: 3_600 })
  })

  it('is late by the time from hearing to telling', () => {
    const annunciations = Array.from({ length: 100 }, (_, i) =>
      told(`a/${i}`, 60 * i, { heardAt: at(60 * i) - (i + 1) * SECOND }),
    )
    expect(kpis({ annunciations: [...annunciations, told('b/1', 0)] }).latency).toEqual({
      count: 100,
      p50: 50,
      p99: 99,
    })
  })
})
