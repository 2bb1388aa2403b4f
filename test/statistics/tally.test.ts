import fc from 'fast-check'
import { expect, it } from 'vitest'
import { closingReason, reportSource } from '../../src/cases/views.ts'
import { MINUTE, timeUs } from '../../src/domain/time.ts'
import type { CaseFact } from '../../src/statistics/facts.ts'
import { monthsOf } from '../../src/statistics/months.ts'
import { Statistics } from '../../src/statistics/statistics.ts'
import { Tally } from '../../src/statistics/tally.ts'

const at = (minute: number) => timeUs(minute * MINUTE)

const plain: CaseFact = {
  category: 'lamp',
  matter: 'fault',
  unit: 'light',
  contractor: null,
  area: null,
  openedAt: at(10),
  closedAt: null,
  reason: null,
  isMerged: false,
  firstResponseAt: null,
  reopenedAt: [],
  firstAlarmAt: null,
  firstPersonAt: null,
  personReports: 0,
  satisfied: 0,
  unsatisfied: 0,
  deadlinesMet: 0,
  deadlinesMissed: 0,
}

function tallied(...facts: readonly Partial<CaseFact>[]) {
  const tally = new Tally({ from: at(0), to: at(100) })
  for (const fact of facts) tally.case({ ...plain, ...fact })
  return tally.figures()
}

it('counts channels by reports: a third of ten thousand was sent by people themselves', () => {
  // Stavanger's VOF, 2013: of some 10,000 messages 34 % came through web and app.
  const tally = new Tally({ from: at(0), to: at(100_000) })
  const channels = [
    ['web', 2_100],
    ['app', 1_213],
    ['phone', 5_500],
    ['email', 1_187],
    ['alarm', 4_000],
  ] as const
  for (const [source, count] of channels) {
    for (let n = 0; n < count; n += 1) {
      const own = { unit: null, contractor: null, area: null, category: 'lamp' }
      const firstContact = source === 'phone' && n < 500
      tally.report({ ...own, source, at: at(n), firstContact })
    }
  }
  const { reports } = tally.figures()
  expect(reports).toEqual({
    people: 10_000,
    alarms: 4_000,
    selfServiceShare: 0.3313,
    firstContact: 500,
    firstContactShare: 0.05,
    bySource: { web: 2_100, app: 1_213, phone: 5_500, email: 1_187, alarm: 4_000 },
  })
})

it('never counts what is accepted without action as fixed', () => {
  const { cases } = tallied(
    { closedAt: at(50), reason: 'fixed' },
    { closedAt: at(50), reason: 'self_recovered' },
    { closedAt: at(50), reason: 'accepted_no_action' },
    { closedAt: at(50), reason: 'in_programme' },
  )
  expect(cases.fixedShare).toBe(0.5)
  expect(cases.byReason).toEqual({
    fixed: 1,
    self_recovered: 1,
    accepted_no_action: 1,
    in_programme: 1,
  })
})

it('tells the middle, not the mean', () => {
  const { times } = tallied(
    { openedAt: at(0), closedAt: at(1), reason: 'fixed' },
    { openedAt: at(0), closedAt: at(2), reason: 'fixed' },
    { openedAt: at(0), closedAt: at(90), reason: 'fixed' },
  )
  expect(times.toClose).toBe(120)
})

it('says what alarms saw before people did, and by how much', () => {
  const { alarmFirst } = tallied(
    { firstAlarmAt: at(10), firstPersonAt: at(40), personReports: 1 },
    { firstAlarmAt: at(50), firstPersonAt: at(40), personReports: 1 },
    { firstAlarmAt: at(10) },
    { firstPersonAt: at(10), personReports: 2 },
  )
  expect(alarmFirst).toEqual({ share: 0.5, lead: 1_800, cases: 2 })
})

it('counts the reports that one case spared, and the work of merged cases once', () => {
  const { cases } = tallied(
    { personReports: 4 },
    { personReports: 1 },
    { personReports: 3, isMerged: true },
  )
  expect(cases).toMatchObject({ opened: 2, absorbedShare: 3 / 5 })
})

it('says nothing where there is nothing to divide by', () => {
  const figures = tallied()
  expect(figures.reports.selfServiceShare).toBeNull()
  expect(figures.cases).toMatchObject({ backlogAge: null, fixedShare: null })
  expect(figures.times).toEqual({ toFirstResponse: null, toClose: null })
  expect(figures.satisfiedShare).toBeNull()
})

const facts = fc.array(
  fc.record({
    opened: fc.integer({ min: 0, max: 300_000 }),
    lasts: fc.option(fc.integer({ min: 0, max: 100_000 })),
    reason: fc.constantFrom(...closingReason.options),
    category: fc.constantFrom('lamp', 'litter', 'pump'),
    unit: fc.constantFrom('light', 'park', null),
  }),
  { maxLength: 60 },
)

it('adds up: groups to the whole, months to the year, in any order of the facts', () => {
  fc.assert(
    fc.property(facts, fc.infiniteStream(fc.nat(1_000)), (some, order) => {
      const window = { from: at(0), to: at(400_000) }
      const all = some.map(({ opened, lasts, ...rest }) => ({
        ...plain,
        ...rest,
        openedAt: at(opened),
        closedAt: lasts === null ? null : at(opened + lasts),
        reason: lasts === null ? null : rest.reason,
      }))
      const shuffled = all
        .map((fact) => [order.next().value ?? 0, fact] as const)
        .toSorted(([a], [b]) => a - b)
        .map(([, fact]) => fact)
      const count = (by: 'month' | 'unit' | 'category', from: readonly CaseFact[]) => {
        const months = by === 'month' ? monthsOf(window, 'Europe/Stockholm') : []
        const statistics = new Statistics({ ...window, by, months })
        for (const fact of from) statistics.case(fact)
        return statistics.done()
      }
      for (const by of ['month', 'unit', 'category'] as const) {
        const { total, groups } = count(by, all)
        expect(count(by, shuffled)).toEqual({ by, total, groups })
        const sum = (of: 'opened' | 'closed') =>
          groups.reduce((whole, { figures }) => whole + figures.cases[of], 0)
        expect(sum('opened')).toBe(total.cases.opened)
        expect(sum('closed')).toBe(total.cases.closed)
        expect(total.cases.opened - total.cases.closed).toBe(total.cases.backlog)
      }
    }),
    { numRuns: 300 },
  )
})

it('begins months where the municipality begins them, over both changes of the clock', () => {
  const window = {
    from: timeUs(Date.parse('2026-02-28T23:00:00Z') * 1_000),
    to: timeUs(Date.parse('2026-11-15T00:00:00Z') * 1_000),
  }
  const months = monthsOf(window, 'Europe/Stockholm')
  const hours = months.map(({ key, from, to }) => [key, (to - from) / 3.6e9])
  expect(hours).toEqual([
    ['2026-03', 743],
    ['2026-04', 720],
    ['2026-05', 744],
    ['2026-06', 720],
    ['2026-07', 744],
    ['2026-08', 744],
    ['2026-09', 720],
    ['2026-10', 745],
    ['2026-11', 337],
  ])
})

it('knows every source and reason there is', () => {
  const tally = new Tally({ from: at(0), to: at(100) })
  for (const source of reportSource.options) {
    tally.report({
      at: at(1),
      source,
      category: '',
      unit: null,
      contractor: null,
      firstContact: false,
      area: null,
    })
  }
  expect(Object.keys(tally.figures().reports.bySource)).toEqual(reportSource.options)
})
