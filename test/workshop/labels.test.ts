import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ClosingReason } from '../../src/cases/views.ts'
import { durationUs, later, MINUTE, toIso, type TimeUs } from '../../src/domain/time.ts'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { matchCases, matchReports } from '../../src/rules/backtest/matching.ts'
import type { Occurrence } from '../../src/rules/backtest/occurrences.ts'
import { citizenReports } from '../../src/workshop/backtest/citizen-reports.ts'
import { judgedAlarms } from '../../src/workshop/backtest/judged-alarms.ts'
import { aReport, anna, openTown, type Town } from '../cases/town.ts'
import { plainAlarm, plainOccurrence } from '../support/alarm-rows.ts'
import { plainReport } from '../support/case-rows.ts'
import { north, south } from '../support/database.ts'

let town: Town
let start: TimeUs
const minutes = (count: number) => durationUs(count * MINUTE)
const after = (count: number): TimeUs => later(start, minutes(count))
const to = (): TimeUs => after(60)
const range = (organisation = north) => ({ organisation, from: start, to: to() })
const watched = new Set(['lamp-1', 'lamp-2', 'lamp-3', 'lamp-5', 'lamp-6', 'lamp-7'])
const dark = { rule: 'lamp-dark', faultClass: 'light_out', assets: watched }

/** An alarm that stood for ten minutes, of which somebody said what there was to it. */
async function plant(
  organisation: OrganisationId,
  at: TimeUs,
  own: { id: string; asset: string; rule?: string; fault_class?: string },
): Promise<void> {
  await town.database.write(organisation, 'alarm', async ({ query }) => {
    await query
      .insertInto('alarm')
      .values(plainAlarm({ ...own, organisation }))
      .execute()
    const times = { raised_at: at, cleared_at: later(at, minutes(10)) }
    const occurrence = { id: `of-${own.id}`, alarm: own.id, outcome: 'real' } as const
    await query
      .insertInto('occurrence')
      .values(plainOccurrence({ ...occurrence, ...times, organisation }))
      .execute()
  })
}

async function close(id: string, reason: ClosingReason): Promise<void> {
  const { version } = await town.cases.get(north, id, false)
  await town.cases.move(north, id, { to: 'closed', reason, version, by: anna })
}

beforeAll(async () => {
  town = await openTown()
  const { cases, clock } = town
  await cases.report(north, aReport({ asset: 'lamp-5' }))
  const before = clock.now()
  clock.advance(minutes(1))
  start = clock.now()
  await cases.report(south, aReport({ asset: 'lamp-1' }))
  const lit = await town.raise('lamp-1')
  const nothing = await town.raise('lamp-2')
  await town.raise('lamp-3')
  clock.advance(minutes(30))
  await cases.report(north, aReport({ asset: 'lamp-1' }))
  clock.advance(minutes(1))
  await cases.report(north, aReport({ asset: 'lamp-7', source: 'phone' }))
  await cases.report(north, aReport({ asset: 'lamp-9' }))
  const { asset: _, ...anywhere } = aReport({ category: 'litter' })
  await cases.report(north, { ...anywhere, place: { lat: 58.2, lon: 11.4 } })
  await town.clear('lamp-1')
  await close(lit, 'fixed')
  await close(nothing, 'no_fault_found')
  await plant(north, after(20), {
    id: 'mine',
    asset: 'lamp-6',
    rule: 'lamp-dark',
    fault_class: 'dim',
  })
  await plant(north, after(20), { id: 'far', asset: 'lamp-9' })
  const door = { rule: 'door', fault_class: 'door_open' }
  await plant(north, after(20), { id: 'door', asset: 'lamp-5', ...door })
  await plant(north, before, { id: 'before', asset: 'lamp-5' })
  await plant(north, to(), { id: 'later', asset: 'lamp-7' })
  await plant(south, after(20), { id: 'theirs', asset: 'lamp-7', rule: 'lamp-dark' })
  clock.advance(minutes(29))
  await cases.report(north, aReport({ asset: 'lamp-5' }))
})
afterAll(() => town[Symbol.asyncDispose]())

/** What a run would have said. */
function stood(asset: string, from: number, until: number): Occurrence {
  const raisedAt = after(from)
  const end = { endedAt: after(until), end: 'cleared' } as const
  const told = {
    raisedAt,
    knownAt: raisedAt,
    annunciatedAt: raisedAt,
    keptBy: new Set<never>(),
  }
  const plain = { rule: 'lamp-dark', discriminator: '', level: 1, ruleVersion: 1 }
  const marks = { historical: false, corrected: false, evidence: [] }
  return { ...plain, ...told, ...end, ...marks, asset }
}

describe('what a backtest is held against', () => {
  it('is what people told of the watched assets in the time, in their organisation alone', async () => {
    const { list: reports, more } = await citizenReports(town.database, range(), watched)
    expect(more).toBe(false)
    expect(reports).toEqual([
      { asset: 'lamp-1', at: after(30) },
      { asset: 'lamp-7', at: after(31) },
    ])
    expect(await citizenReports(town.database, range(south), watched)).toEqual({
      list: [{ asset: 'lamp-1', at: start }],
      more: false,
    })
    // One of lamp-1 had ended ten minutes before it was told, and there was none of lamp-7.
    expect(matchReports([stood('lamp-1', 0, 20)], reports)).toEqual({
      reports: 2,
      foreseen: 1,
      medianLeadHours: 0.5,
      missed: [{ asset: 'lamp-7', at: toIso(after(31)) }],
    })
  })

  it('is found behind more reports of other things than one look brings', async () => {
    const { id: of } = await town.database
      .read(north)
      .selectFrom('case')
      .select('id')
      .limit(1)
      .executeTakeFirstOrThrow()
    const storm = after(100)
    const rows = Array.from({ length: 10_500 }, (_, n) =>
      plainReport({
        id: `storm-${String(n).padStart(5, '0')}`,
        case: of,
        asset: n === 3 || n === 10_400 ? 'lamp-1' : 'lamp-9',
        received_at: storm,
      }),
    )
    for (let n = 0; n < rows.length; n += 1_000) {
      await town.database.write(north, 'normal', async ({ query }) => {
        await query
          .insertInto('report')
          .values(rows.slice(n, n + 1_000))
          .execute()
      })
    }
    const late = { organisation: north, from: storm, to: later(storm, minutes(1)) }
    expect(await citizenReports(town.database, late, watched)).toEqual({
      list: [
        { asset: 'lamp-1', at: storm },
        { asset: 'lamp-1', at: storm },
      ],
      more: false,
    })
    const ninth = await citizenReports(town.database, late, new Set(['lamp-9']))
    expect([ninth.list.length, ninth.more]).toEqual([10_000, true])
  })

  it('is alarms of the rule or its fault that a case has judged', async () => {
    const { list: judged } = await judgedAlarms(town.database, range(), dark)
    expect(judged).toEqual([
      { asset: 'lamp-1', from: start, to: to(), real: true },
      { asset: 'lamp-2', from: start, to: to(), real: false },
      // By the rule alone: what the rule was for has changed since.
      { asset: 'lamp-6', from: after(20), to: after(30), real: true },
    ])
    const theirs = await judgedAlarms(town.database, range(south), dark)
    expect(theirs).toEqual({
      list: [{ asset: 'lamp-7', from: after(20), to: after(30), real: true }],
      more: false,
    })
    expect(matchCases([stood('lamp-1', 0, 20), stood('lamp-2', 5, 6)], judged)).toEqual({
      real: 2,
      caught: 1,
      nuisance: 1,
      repeated: 1,
      missed: [{ asset: 'lamp-6', at: toIso(after(20)) }],
    })
  })
})
