import { describe, expect, it } from 'vitest'
import { createKpis } from '../../../src/alarms/kpis/create-kpis.ts'
import { readKpiFacts } from '../../../src/alarms/kpis/read-kpis.ts'
import type { Database } from '../../../src/database/database.ts'
import type { OrganisationId } from '../../../src/domain/ids.ts'
import { timeUs } from '../../../src/domain/time.ts'
import { north, openTestDatabase, south } from '../../support/database.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { at, DAY, start } from './facts.ts'
import { alarm, journal, occurrence, report, us } from './tables.ts'

const window = { from: start, to: start + DAY }

function read(database: Database, organisation: OrganisationId = north) {
  return readKpiFacts(database.read(organisation), window, () => true)
}

describe('the facts of a window', () => {
  it('have what people were told, by when they were told', async () => {
    await using database = await openTestDatabase()
    await alarm(database, 'a')
    await journal(database, [
      { alarm: 'a', annunciated: 1, at: us('11:00'), processed_at: us('12:00'), raise: 4 },
      { alarm: 'a', annunciated: 1, event: 're_alarm', at: us('13:00') },
      { alarm: 'a', annunciated: 1, at: us('13:30'), heard_at: us('13:29') },
      { alarm: 'a', annunciated: 0, at: us('14:00') },
      { alarm: 'a', annunciated: 1, at: us('14:00'), processed_at: timeUs(window.to) },
    ])
    const { annunciations } = await read(database)
    expect(annunciations).toEqual([
      {
        alarm: 'a',
        rule: 'lamp-dark',
        asset: 'asset-of-a',
        priority: 3,
        at: at('12:00'),
        again: false,
        raise: 4,
      },
      expect.objectContaining({ at: at('13:00'), again: true }),
      expect.objectContaining({ at: at('13:30'), heardAt: at('13:29') }),
    ])
  })

  it('have what became active and ceased to be, but not what only old data know', async () => {
    await using database = await openTestDatabase()
    await alarm(database, 'a')
    const shelf = JSON.stringify([
      { kind: 'shelved', ref: 'ada', by: 'ada', reason: 'noise', until: at('18:00') },
    ])
    await journal(database, [
      { alarm: 'a', suppression: shelf },
      {
        alarm: 'a',
        event: 'acknowledge',
        from_state: 'unacknowledged',
        to_state: 'acknowledged',
      },
      { alarm: 'a', event: 'cleared', from_state: 'acknowledged', to_state: 'normal' },
      { alarm: 'a', historical: 1, to_state: 'unannounced' },
      { alarm: 'a', event: 'withdrawn', from_state: 'unannounced', to_state: 'normal' },
    ])
    const { moves, acknowledgements } = await read(database)
    expect(moves.map(({ kind, reasons }) => [kind, reasons])).toEqual([
      ['raised', ['shelved']],
      ['cleared', []],
      ['withdrawn', []],
    ])
    expect(acknowledgements).toHaveLength(1)
  })

  it('have the occurrences that touch the window', async () => {
    await using database = await openTestDatabase()
    const spans: readonly [string, string, string | null][] = [
      ['before', '-2', '-1'],
      ['into', '-2', '1'],
      ['through', '-2', null],
      ['after', '25', null],
    ]
    for (const [id, from, to] of spans) {
      await alarm(database, id)
      const cleared = to === null ? null : us(Number(to) * 3_600)
      await occurrence(database, {
        id,
        alarm: id,
        raised_at: us(Number(from) * 3_600),
        cleared_at: cleared,
        closed_at: cleared,
        outcome: 'real',
      })
    }
    await alarm(database, 'old')
    await occurrence(database, { id: 'old', alarm: 'old', historical: 1 })
    const { occurrences } = await read(database)
    expect(occurrences.map(({ alarm }) => alarm).toSorted()).toEqual(['into', 'through'])
    expect(occurrences.find(({ alarm }) => alarm === 'into')).toMatchObject({
      clearedAt: at('01:00'),
      outcome: 'real',
    })
  })

  it('have the first report of each case with the alarm that knew before', async () => {
    await using database = await openTestDatabase()
    await alarm(database, 'lamp', { asset: 'lamp-1' })
    await alarm(database, 'joined', { asset: 'lamp-2' })
    await occurrence(database, { id: 'o1', alarm: 'lamp', raised_at: us('09:00') })
    await occurrence(database, {
      id: 'o2',
      alarm: 'joined',
      raised_at: us('15:00'),
      closed_at: us('16:00'),
      case: 'c2',
    })
    await report(database, { id: 'r1', caseId: 'c1', asset: 'lamp-1', time: '10:00' })
    await report(database, { id: 'r2', caseId: 'c2', asset: 'lamp-2', time: '14:00' })
    await report(database, { id: 'r3', caseId: 'c2', asset: 'lamp-2', time: '14:30' })
    await report(database, { id: 'r4', caseId: 'c3', asset: null, time: '11:00' })
    await report(database, {
      id: 'r5',
      caseId: 'c4',
      asset: 'x',
      time: '11:00',
      source: 'alarm',
    })
    const { reports } = await read(database)
    expect(reports.toSorted((one, other) => one.at - other.at)).toEqual([
      { at: at('10:00'), asset: 'lamp-1', monitored: true, raisedAt: at('09:00') },
      { at: at('11:00'), asset: null, monitored: false, raisedAt: null },
      { at: at('14:00'), asset: 'lamp-2', monitored: true, raisedAt: at('15:00') },
    ])
  })

  it('are of one organisation', async () => {
    await using database = await openTestDatabase()
    await alarm(database, 'a', { organisation: south })
    await journal(database, [{ organisation: south, alarm: 'a', annunciated: 1 }])
    expect((await read(database)).annunciations).toEqual([])
    expect((await read(database, south)).annunciations).toHaveLength(1)
  })
})

describe('the figures of an organisation', () => {
  const world = {
    desks: [{ desk: 'control', operators: 1 }],
    deskOf: () => 'control',
    asks: () => true,
    isMonitored: () => true,
  }

  it('are narrowed to a rule or an asset, and end now', async () => {
    await using database = await openTestDatabase()
    for (const id of ['a', 'b']) {
      await alarm(database, id, { rule: id })
      await journal(database, [{ alarm: id, annunciated: 1 }])
    }
    const clock = createManualClock(us('18:00'))
    const kpis = createKpis({ database, clock, world: async () => world })
    const asked = { from: timeUs(window.from), to: timeUs(window.to), by: null }
    const whole = await kpis.report(north, asked)
    expect([whole.total.annunciations, whole.to]).toEqual([2, '2026-11-20T18:00:00.000Z'])
    expect((await kpis.report(north, { ...asked, rule: 'a' })).total.annunciations).toBe(1)
    expect((await kpis.report(north, { ...asked, asset: 'x' })).total.annunciations).toBe(0)
    expect((await kpis.report(north, { ...asked, desk: 'x' })).total.annunciations).toBe(0)
  })

  it('need a window with something of the past in it', async () => {
    await using database = await openTestDatabase()
    const clock = createManualClock(us('18:00'))
    const kpis = createKpis({ database, clock, world: async () => world })
    const future = { from: us('19:00'), to: us('20:00'), by: null }
    await expect(kpis.report(north, future)).rejects.toThrow('begin in the past')
    const long = { from: timeUs(0), to: us('12:00'), by: null }
    await expect(kpis.report(north, long)).rejects.toThrow('at most 366 days')
  })
})
