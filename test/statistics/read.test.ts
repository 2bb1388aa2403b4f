import { describe, expect, it } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { HOUR, timeUs } from '../../src/domain/time.ts'
import { listCases } from '../../src/statistics/case-list.ts'
import { createStatistics } from '../../src/statistics/create-statistics.ts'
import { onBothDatabases } from '../support/both-databases.ts'
import { north, openTestDatabase, south } from '../support/database.ts'
import { caseOf, eventOf, plant, reportOf } from './rows.ts'

const at = (hour: number) => timeUs(hour * HOUR)
const year = { from: at(1), to: at(1_000), language: 'sv' } as const

await onBothDatabases((open, name) => {
  describe(`statistics of the rows, on ${name}`, () => {
    suite(open)
  })
})

function suite(open: () => Promise<Database>): void {
  it('are read from reports, cases and their events', async () => {
    await using database = await open()
    await plant(database, {
      cases: [
        caseOf({
          id: 'a',
          unit: 'light',
          opened_at: at(10),
          closed_at: at(30),
          closing_reason: 'fixed',
          lat: 58.2,
          lon: 11.4,
        }),
        caseOf({ id: 'b', unit: 'park', opened_at: at(20), category: 'litter' }),
        caseOf({ id: 'long-ago', opened_at: at(0), closed_at: at(0.5) }),
        caseOf({ id: 'hidden', opened_at: at(20), state: 'hidden' }),
        caseOf({ id: 'merged', opened_at: at(21), root: 'a', closed_at: at(22) }),
      ],
      reports: [
        reportOf({ id: 'r1', case: 'a', source: 'alarm', received_at: at(10) }),
        reportOf({ id: 'r2', case: 'a', source: 'app', received_at: at(12) }),
        reportOf({ id: 'r3', case: 'a', source: 'phone', received_at: at(13) }),
        reportOf({ id: 'r4', case: 'b', source: 'qr', received_at: at(20) }),
        reportOf({ id: 'r5', case: 'merged', source: 'web', received_at: at(21) }),
        reportOf({ id: 'early', case: 'long-ago', received_at: at(0) }),
      ],
      events: [
        eventOf({ case: 'a', sequence: 1, kind: 'opened', at: at(10) }),
        eventOf({
          case: 'a',
          sequence: 2,
          kind: 'said',
          at: at(11),
          actor: 'user:anna',
          visibility: 'internal',
        }),
        eventOf({
          case: 'a',
          sequence: 3,
          kind: 'said',
          at: at(16),
          actor: 'user:anna',
          visibility: 'internal',
          data: '{"followers":true,"text":"vi kommer"}',
        }),
        eventOf({
          case: 'a',
          sequence: 4,
          kind: 'moved',
          at: at(20),
          actor: 'user:anna',
          data: '{"from":"closed","to":"assigned"}',
        }),
        eventOf({
          case: 'a',
          sequence: 5,
          kind: 'deadline',
          at: at(20),
          visibility: 'internal',
          data: '{"clock":"start","step":"met"}',
        }),
        eventOf({
          case: 'a',
          sequence: 6,
          kind: 'judged',
          at: at(31),
          visibility: 'internal',
          data: '{"satisfied":false}',
        }),
        eventOf({
          case: 'a',
          sequence: 7,
          kind: 'first_contact',
          at: at(13),
          visibility: 'internal',
          data: '{"report":"r3"}',
        }),
      ],
    })
    const statistics = statisticsOf(database)
    const { total, groups } = await statistics.report(north, { ...year, by: 'unit' })
    expect(total).toMatchObject({
      reports: {
        people: 4,
        alarms: 1,
        selfServiceShare: 0.75,
        firstContact: 1,
        firstContactShare: 0.25,
      },
      cases: {
        opened: 2,
        closed: 1,
        backlog: 1,
        byReason: { fixed: 1 },
        fixedShare: 1,
        // Four people said it, of whom two needed no case of their own.
        absorbedShare: 0.5,
      },
      times: { toFirstResponse: 6 * 3_600, toClose: 20 * 3_600 },
      serviceLevelShare: 1,
      reopenedShare: 1,
      satisfiedShare: 0,
      surveys: 1,
      alarmFirst: { share: 1, lead: 2 * 3_600, cases: 1 },
    })
    expect(groups.map(({ key, name }) => [key, name])).toEqual([
      ['light', 'unit light, sv'],
      ['park', null],
      ['', null],
    ])
    const areas = await statistics.report(north, { ...year, by: 'area' })
    expect(areas.groups.map(({ key }) => key).toSorted()).toEqual(['', 'centre'])
    const channels = await statistics.report(north, { ...year, by: 'source' })
    const answered = channels.groups.filter(({ figures }) => figures.reports.firstContact)
    expect(answered.map(({ key, figures }) => [key, figures.reports.people])).toEqual([
      ['phone', 1],
    ])
    expect(
      (await statistics.report(south, { ...year, by: null })).total.reports.people,
    ).toBe(0)
  })

  it('are read page by page, each row once', async () => {
    await using database = await open()
    const ids = Array.from(
      { length: 4_100 },
      (_, n) => `case-${String(n).padStart(5, '0')}`,
    )
    // Many at the same time: the order within it is the id.
    const cases = ids.map((id, n) => caseOf({ id, opened_at: at(2 + (n % 3)) }))
    for (let from = 0; from < cases.length; from += 500) {
      const some = cases.slice(from, from + 500)
      await database.write(north, 'normal', async (work) => {
        await work.query.insertInto('case').values(some).execute()
        const reports = some.map(({ id }) =>
          reportOf({ id: `r-${id}`, case: id, received_at: at(5) }),
        )
        await work.query.insertInto('report').values(reports).execute()
      })
    }
    const asked = { ...year, by: 'month' } as const
    const { total, groups } = await statisticsOf(database).report(north, asked)
    expect(total).toMatchObject({ reports: { people: 4_100 }, cases: { opened: 4_100 } })
    expect(groups[0]?.figures.cases.opened).toBe(4_100)
    const listed: string[] = []
    for await (const page of listCases(database.read(north), year, { onlyPublic: true })) {
      listed.push(...page.map(({ number }) => number))
    }
    expect(new Set(listed).size).toBe(4_100)
    expect(listed).toHaveLength(4_100)
  })
}

function statisticsOf(database: Database) {
  return createStatistics({
    database,
    setting: async () => ({
      zone: 'Europe/Stockholm',
      areaOf: ({ lat }) => (lat > 58 ? 'centre' : null),
      namesOf: async (by, { keys, language }) =>
        new Map(keys.includes('light') ? [['light', `${by} light, ${language}`]] : []),
    }),
  })
}

it('refuses windows that are empty or endless', async () => {
  await using database = await openTestDatabase()
  const statistics = statisticsOf(database)
  const asked = { ...year, from: at(5), to: at(5), by: null }
  await expect(statistics.report(north, asked)).rejects.toThrow('empty')
  const endless = { ...asked, to: at(24 * 4_000) }
  await expect(statistics.report(north, endless)).rejects.toThrow('ten years')
})
