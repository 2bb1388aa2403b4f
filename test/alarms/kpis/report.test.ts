import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { kpiCsv } from '../../../src/alarms/kpis/csv.ts'
import { kpiReport } from '../../../src/alarms/kpis/report.ts'
import { kpiReportView } from '../../../src/alarms/kpis/views.ts'
import { acknowledged, active, at, facts, of, setting, told } from './facts.ts'

const some = facts({
  annunciations: [
    told('lamp/1', '12:00'),
    told('lamp/2', '12:00', of('lamp/2', 1)),
    told('pump/1', '12:01'),
    told('pump/1', '12:02'),
    told('pump/1', '12:03'),
  ],
  moves: [...active('lamp/1', '12:00', '12:30'), ...active('quiet/1', '12:00', '12:30')],
  acknowledgements: [acknowledged('lamp/1', '12:10')],
  reports: [{ at: at('13:00'), asset: '1', monitored: true, raisedAt: null }],
})

/** Lamps are the street desk's, pumps the water desk's, and nobody is told of the rest. */
const desks = setting({
  desks: [
    { desk: 'street', operators: 2 },
    { desk: 'water', operators: 1 },
    { desk: 'night', operators: 1 },
  ],
  deskOf: ({ rule }) => ({ lamp: 'street', pump: 'water' })[rule],
})

describe('figures in groups', () => {
  it('by desk have the desks that were quiet, each with its own operators', () => {
    const { groups, total } = kpiReport(some, desks, 'desk')
    expect(
      groups.map(({ key, kpis }) => [key, kpis.annunciations, kpis.operators]),
    ).toEqual([
      ['water', 3, 1],
      ['street', 2, 2],
      ['night', 0, 1],
    ])
    expect([total.annunciations, total.operators]).toEqual([5, 4])
    // The quiet rule is of no desk: only the total knows its raise.
    expect(groups.map(({ kpis }) => kpis.suppression.raised)).toEqual([0, 1, 0])
    expect(total.suppression.raised).toBe(2)
  })

  it('by rule and by asset add up, and reports belong to assets', () => {
    const rules = kpiReport(some, desks, 'rule').groups
    expect(rules.map(({ key, kpis }) => [key, kpis.annunciations])).toEqual([
      ['pump', 3],
      ['lamp', 2],
      ['quiet', 0],
    ])
    const assets = kpiReport(some, desks, 'asset').groups
    expect(
      assets.map(({ key, kpis }) => [key, kpis.annunciations, kpis.missed.missed]),
    ).toEqual([
      ['1', 4, 1],
      ['2', 1, 0],
    ])
  })

  it('are what the schema says, and none where none were asked for', () => {
    const report = kpiReport(some, desks, 'desk')
    expect(kpiReportView.parse(report)).toEqual(report)
    expect(kpiReport(some, desks, null).groups).toEqual([])
  })
})

describe('figures as CSV', () => {
  it('are a row for everything and one for each group, with a figure in each cell', () => {
    const text = kpiCsv(kpiReport(some, desks, 'desk'))
    expect(text.endsWith('\r\n')).toBe(true)
    const rows: Record<string, string>[] = parse(text, { columns: true })
    expect(rows.map(({ by, key, annunciations }) => [by, key, annunciations])).toEqual([
      ['total', '', '5'],
      ['desk', 'water', '3'],
      ['desk', 'street', '2'],
      ['desk', 'night', '0'],
    ])
    expect(rows[0]).toMatchObject({
      from: '2026-11-20T00:00:00.000Z',
      slots: '144',
      slots_with_0: '143',
      slots_with_2_to_5: '1',
      precision: '',
      AlarmCount: '5',
    })
  })

  it('let no key of an alarm become a formula', () => {
    const named = facts({ annunciations: [told('=1+1/a', 0), told('a,"b/1', 0)] })
    const rows: Record<string, string>[] = parse(kpiCsv(kpiReport(named, desks, 'rule')), {
      columns: true,
    })
    expect(rows.map(({ key }) => key)).toEqual(expect.arrayContaining(["'=1+1", 'a,"b']))
  })
})
