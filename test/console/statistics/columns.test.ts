import { describe, expect, it } from 'vitest'
import { createFormat } from '../../../src/console/format/format.ts'
import { catalogues } from '../../../src/console/messages/catalogues.ts'
import {
  columnsOf,
  figureOf,
  figureText,
  monthSeries,
} from '../../../src/console/statistics/columns.ts'
import { groupName } from '../../../src/console/statistics/group-name.ts'
import { groups } from '../../../src/console/statistics/range.ts'
import { statisticsGroups, type StatisticsView } from '../../../src/statistics/views.ts'

const figures = (changes: {
  people?: number
  opened?: number
  closed?: number
}): StatisticsView => ({
  reports: {
    people: changes.people ?? 0,
    alarms: 1,
    selfServiceShare: null,
    bySource: {},
    firstContact: 2,
    firstContactShare: 0.2,
  },
  cases: {
    opened: changes.opened ?? 0,
    closed: changes.closed ?? 0,
    backlog: 3,
    backlogAge: null,
    byReason: {},
    fixedShare: 0.5,
    absorbedShare: null,
  },
  times: { toFirstResponse: 7_200, toClose: null },
  serviceLevelShare: 0.931,
  reopenedShare: null,
  satisfiedShare: 1,
  surveys: 4,
  alarmFirst: { share: 0.25, lead: 60, cases: 4 },
})

describe('a table of figures', () => {
  const format = createFormat('en', 'Europe/Stockholm')
  const total = figures({ people: 9, closed: 8 })
  const text = (column: Parameters<typeof figureOf>[0], one: StatisticsView) =>
    figureText(figureOf(column, one, total), format, '–')

  it.each([
    ['reports', '5'],
    ['reportShare', '50%'],
    ['opened', '0'],
    ['closed', '2'],
    ['closedShare', '25%'],
    ['backlog', '3'],
    ['toFirstResponse', '2 hrs'],
    ['toClose', '–'],
    ['serviceLevelShare', '93.1%'],
    ['reopenedShare', '–'],
    ['satisfiedShare', '100%'],
    ['fixedShare', '50%'],
    ['alarmFirstShare', '25%'],
    ['firstContact', '2'],
    ['firstContactShare', '20%'],
  ] as const)('has %s as %s', (column, said) => {
    const one = figures({ people: 4, closed: 2 })
    expect(text(column, one).replace('hours', 'hrs').replace('hr ', 'hrs')).toBe(said)
  })

  it('has no share of nothing', () => {
    const nothing = figures({})
    expect(figureOf('closedShare', nothing, nothing).value).toBeNull()
  })

  it('says of channels and reasons only what can be said of them', () => {
    expect(columnsOf('source')).not.toContain('opened')
    expect(columnsOf('reason')).not.toContain('opened')
    expect(columnsOf('unit')).toContain('opened')
  })

  it('can be split by whatever the service splits by', () => {
    expect([...groups].toSorted()).toEqual([...statisticsGroups].toSorted())
  })
})

it('draws each month at its place', () => {
  const months = [
    { key: '2026-10', name: null, figures: figures({ opened: 4, closed: 2 }) },
    { key: '2026-11', name: null, figures: figures({ opened: 1, closed: 5 }) },
  ]
  expect(monthSeries(months)).toEqual([
    [0, 1],
    [4, 1],
    [2, 5],
  ])
})

describe('the name of a group', () => {
  const known = { messages: catalogues.en, language: 'en' } as const

  it.each([
    ['month', '2026-11', null, 'Nov 2026'],
    ['month', 'never', null, 'never'],
    ['source', 'qr', null, 'QR code'],
    ['source', 'pigeon', null, 'pigeon'],
    ['reason', 'fixed', null, 'Fixed'],
    ['category', 'light-out', 'Light out', 'Light out'],
    ['category', '', null, 'Other fault'],
    ['area', 'centre', 'Centrum', 'Centrum'],
    ['area', '', null, 'In no area'],
    ['unit', 'streets', 'Gatuenheten', 'Gatuenheten'],
    ['unit', 'gone', null, 'gone'],
    ['contractor', 'belysning-ab', 'Belysning AB', 'Belysning AB'],
    ['contractor', 'belysning-ab', null, 'belysning-ab'],
    ['contractor', '', null, 'No contractor'],
  ] as const)('of %s %j called %j is %s', (by, key, called, said) => {
    expect(groupName(by, { key, name: called }, known)).toBe(said)
  })
})
