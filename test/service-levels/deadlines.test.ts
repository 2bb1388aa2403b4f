import { describe, expect, it } from 'vitest'
import { durationUs, HOUR, MINUTE, type TimeUs } from '../../src/domain/time.ts'
import { createDeadlineRenderers } from '../../src/service-levels/renderers.ts'
import { north } from '../support/database.ts'
import { level, local, office, said } from './stories.ts'
import { catalogueWith, openDeadlineTown, type DeadlineTown } from './town.ts'

const friday = local('2026-11-20 10:00')
const one = level({ name: 'Lamps', clocks: { resolve: '8h' }, hours: office })

async function storedCase(town: DeadlineTown, id: string) {
  return await town.database
    .read(north)
    .selectFrom('case')
    .select(['policy', 'due_at', 'state'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
}

async function toldOf(town: DeadlineTown, id: string): Promise<readonly string[]> {
  const { events } = await town.cases.get(north, id, false)
  return events.flatMap(({ kind, data, at }) =>
    kind === 'deadline' && data['clock'] !== undefined
      ? [`${String(data['step'])} ${said((Date.parse(at) * 1_000) as TimeUs)}`]
      : [],
  )
}

const advanceTo = (town: DeadlineTown, time: string): void =>
  town.clock.advance(durationUs(local(time) - town.clock.now()))

describe('the deadlines of a case', () => {
  it('are kept with its history', async () => {
    await using town = await openDeadlineTown({ one }, friday)
    const id = await town.report('lamp-1')
    expect(await storedCase(town, id)).toMatchObject({
      policy: 'one',
      due_at: local('2026-11-23 09:00'),
    })
    town.clock.advance(HOUR)
    await town.move(id, 'assigned')
    await town.move(id, 'waiting_external', {
      outside: 'Nätbolaget',
      reference: 'N-1',
      text: 'Nätbolaget har det.',
    })
    expect((await storedCase(town, id)).due_at).toBe(local('2026-11-23 09:00'))
    await town.move(id, 'in_progress')
    await town.move(id, 'closed', { reason: 'fixed', text: 'Lagat.' })
    expect((await storedCase(town, id)).due_at).toBeNull()
    expect(await town.planned()).toEqual([])
  })

  it('tell assignee, unit and administrators, each once, and only at work', async () => {
    await using town = await openDeadlineTown({ one }, friday)
    const id = await town.report('lamp-1')
    expect(await town.planned()).toMatchObject([
      { percent: -25, tell: 'assignee', due: local('2026-11-20 16:00') },
      { percent: 0, tell: 'unit', due: local('2026-11-23 09:00') },
      { percent: 50, tell: 'administrator', due: local('2026-11-23 13:00') },
    ])
    advanceTo(town, '2026-11-20 15:59')
    await town.run()
    expect(await town.letters()).toEqual([])
    advanceTo(town, '2026-11-23 13:00')
    await Promise.all([town.run(), town.run()])
    await town.run()
    expect(await toldOf(town, id)).toEqual([
      '-25 2026-11-23 13:00',
      '0 2026-11-23 13:00',
      '50 2026-11-23 13:00',
    ])
    // Nobody has it, so the unit was told at first, and each of its people.
    const receivers = (await town.letters()).map(({ person }) => String(person))
    expect(receivers.toSorted((a, b) => a.localeCompare(b))).toEqual([
      'anna',
      'anna',
      'bo',
      'bo',
      'chris',
    ])
    await town.timers.recompute(north)
    expect(await town.planned()).toEqual([])
  })

  it('tell of an urgent case at night, and of another in the morning', async () => {
    const always = level({ clocks: { resolve: '4h' }, escalate: [{ at: 0, tell: 'unit' }] })
    await using town = await openDeadlineTown({ one: always }, local('2026-11-20 20:00'))
    const id = await town.report('lamp-1')
    expect((await town.planned()).map(({ due }) => said(due))).toEqual(['2026-11-23 08:00'])
    const { version } = await town.cases.get(north, id, false)
    const by = { role: 'handler', name: 'user:anna' } as const
    await town.cases.reroute(north, id, { version, by, priority: 'urgent' })
    expect((await town.planned()).map(({ due }) => said(due))).toEqual(['2026-11-21 00:00'])
  })

  it('tell nobody of a case that was closed or merged meanwhile', async () => {
    await using town = await openDeadlineTown({ one }, friday)
    const [closed, merged, into] = [
      await town.report('lamp-1'),
      await town.report('lamp-3'),
      await town.report('lamp-5'),
    ]
    const rows = await town.planned()
    expect(rows).toHaveLength(9)
    await town.move(closed, 'closed', { reason: 'fixed', text: 'Lagat.' })
    const { version } = await town.cases.get(north, merged, false)
    const by = { role: 'handler', name: 'user:anna' } as const
    await town.cases.merge(north, merged, { version, by, into })
    expect(await town.planned()).toHaveLength(3)
    advanceTo(town, '2026-11-27 10:00')
    await town.run()
    expect(await toldOf(town, closed)).toEqual([])
    expect(await toldOf(town, merged)).toEqual([])
    expect(await toldOf(town, into)).toHaveLength(3)
  })

  it('follow another configuration', async () => {
    await using town = await openDeadlineTown({ one }, friday)
    const id = await town.report('lamp-1')
    town.configure(
      catalogueWith({ one: level({ clocks: { resolve: '2h' }, hours: office }) }),
    )
    expect(await town.timers.recompute(north)).toBe(1)
    expect((await storedCase(town, id)).due_at).toBe(local('2026-11-20 12:00'))
  })

  it('count from the first report of what was merged, and from its own again', async () => {
    const always = level({ clocks: { resolve: '8h' } })
    await using town = await openDeadlineTown({ one: always }, friday)
    const first = await town.report('lamp-1')
    town.clock.advance(HOUR)
    const second = await town.report('lamp-3')
    const by = { role: 'handler', name: 'user:anna' } as const
    const { version } = await town.cases.get(north, first, false)
    const merged = await town.cases.merge(north, first, { version, by, into: second })
    expect((await storedCase(town, second)).due_at).toBe(local('2026-11-20 18:00'))
    town.clock.advance(MINUTE)
    await town.cases.unmerge(north, first, { version: merged.version, by })
    expect((await storedCase(town, second)).due_at).toBe(local('2026-11-20 19:00'))
    expect((await storedCase(town, first)).due_at).toBe(local('2026-11-20 18:01'))
  })

  it('become others with the third lamp in a row, for all three', async () => {
    const levels = {
      one: level({
        clocks: { resolve: 'next_round' },
        becomes: [{ when: 'in_a_row', level: 'row' }],
      }),
      row: level({ clocks: { resolve: { days: 3, count: 'work' } } }),
    }
    await using town = await openDeadlineTown(levels, friday)
    const ids = [
      await town.report('lamp-1'),
      await town.report('lamp-2'),
      await town.report('lamp-5'),
    ]
    for (const id of ids) {
      expect(await storedCase(town, id)).toMatchObject({ policy: 'one', due_at: null })
    }
    town.clock.advance(HOUR)
    ids.push(await town.report('lamp-3'))
    const due = local('2026-11-26 00:00')
    const [a, b, apart, c] = await Promise.all(ids.map((id) => storedCase(town, id)))
    for (const row of [a, b, c]) expect(row).toMatchObject({ policy: 'row', due_at: due })
    expect(apart?.policy).toBe('one')
    // What was promised stays promised when one of them is lit again.
    await town.move(ids[0] ?? '', 'closed', { reason: 'fixed', text: 'Lagat.' })
    await town.timers.recompute(north)
    expect((await storedCase(town, ids[1] ?? '')).policy).toBe('row')
  })

  it('are written to each in the own language, without a word of people', async () => {
    await using town = await openDeadlineTown({ one }, friday)
    await town.report('lamp-1')
    advanceTo(town, '2026-11-23 09:00')
    await town.run()
    const render = createDeadlineRenderers({
      ...town,
      catalogue: async () => town.catalogue(),
      baseUrl: 'https://vakt.example',
    })['mail.case_deadline']
    const letters = await Promise.all(
      (await town.letters()).map((payload) => render(north, payload)),
    )
    expect(letters.map((letter) => [letter?.to, letter?.subject])).toContainEqual([
      'bo@example.org',
      'NOR-2026-000001: fristen er ute',
    ])
    expect(letters[0]?.text).toContain('Lampan är släckt, Lamp 1')
    expect(letters[0]?.text).toContain('23 November 2026 09:00')
    expect(letters[0]?.text).toContain('https://vakt.example/console/cases/')
  })
})
