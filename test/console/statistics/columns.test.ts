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
    { key: '2026-10', figures: figures({ opened: 4, closed: 2 }) },
    { key: '2026-11', figures: figures({ opened: 1, closed: 5 }) },
  ]
  expect(monthSeries(months)).toEqual([
    [0, 1],
    [4, 1],
    [2, 5],
  ])
})

describe('the name of a group', () => {
  const choices = {
    categories: [
      { id: 'light-out', name: { sv: 'Släckt lykta', nb: 'Mørk lykt', en: 'Light out' } },
    ],
    units: [{ id: 'streets', name: 'Gatuenheten', members: [], contractor: false }],
    people: [],
    partners: [],
    areas: [{ id: 'centre', name: 'Centrum' }],
    serviceLevels: [],
  }
  const known = { messages: catalogues.en, language: 'en', choices } as const

  it.each([
    ['month', '2026-11', 'Nov 2026'],
    ['month', 'never', 'never'],
    ['source', 'qr', 'QR code'],
    ['source', 'pigeon', 'pigeon'],
    ['reason', 'fixed', 'Fixed'],
    ['category', 'light-out', 'Light out'],
    ['category', '', 'Other fault'],
    ['area', 'centre', 'Centrum'],
    ['area', '', 'In no area'],
    ['unit', 'streets', 'Gatuenheten'],
    ['unit', 'gone', 'gone'],
    ['contractor', 'belysning-ab', 'belysning-ab'],
    ['contractor', '', 'No contractor'],
  ] as const)('of %s %j is %s', (by, key, name) => {
    expect(groupName(by, key, known)).toBe(name)
  })

  it('is its id until names have come', () => {
    expect(groupName('unit', 'streets', { ...known, choices: undefined })).toBe('streets')
  })
})
