import { afterEach, beforeEach, expect, it } from 'vitest'
import type { CaseMove } from '../../src/cases/cases.ts'
import type { CaseNews } from '../../src/cases/news.ts'
import type { CaseState } from '../../src/cases/views.ts'
import { north } from '../support/database.ts'
import { anna, aReport, openTown, withQuestions, type Town } from './town.ts'

let town: Town
let heard: CaseNews[] = []
beforeEach(async () => {
  heard = []
  town = await openTown({
    catalogue: withQuestions,
    listeners: [
      async (_work, news) => {
        heard.push(news)
      },
    ],
  })
})
afterEach(() => town[Symbol.asyncDispose]())

const get = (id: string) => town.cases.get(north, id, false)
const kim = { contact: { email: 'kim@example.se' }, wantsUpdates: true }

async function move(id: string, to: CaseState, how: Partial<CaseMove> = {}) {
  const { version } = await get(id)
  return await town.cases.move(north, id, { to, version, by: anna, ...how })
}

it('lets staff write to all, to followers or to each other', async () => {
  const { case: id, token } = await town.cases.report(north, aReport(kim))
  for (const to of ['public', 'followers', 'staff'] as const) {
    await town.cases.say(north, id, { version: 1, by: anna, to, text: `Till ${to}.` })
  }
  const events = (await town.cases.follow(token)).events.map((event) => event.text)
  expect(events).toContain('Till public.')
  expect(events).toContain('Till followers.')
  expect(events).not.toContain('Till staff.')
  const rows = await town.database.read(north).selectFrom('outbox').select('kind').execute()
  expect(rows.filter(({ kind }) => kind === 'mail.case_news')).toHaveLength(1)
  const uno = { role: 'contractor', name: 'user:uno' } as const
  await expect(
    town.cases.say(north, id, { version: 1, by: uno, to: 'public', text: 'Klart.' }),
  ).rejects.toMatchObject({ details: { kind: 'forbidden' } })
})

it('asks the routes again when a case is about something else, and keeps its number', async () => {
  const { case: id, number } = await town.cases.report(north, aReport())
  const asked = { version: 1, by: anna, category: 'litter' } as const
  expect(await town.cases.reroute(north, id, asked)).toMatchObject({
    number,
    unit: 'park',
    version: 2,
    category: { id: 'litter' },
  })
  const rerouted = (await get(id)).events.find(({ kind }) => kind === 'rerouted')
  expect(rerouted).toMatchObject({ visibility: 'internal', data: { category: 'litter' } })
  // The lamp is free for a dark lamp again, and litter is taken.
  const dark = await town.cases.report(north, aReport())
  expect(dark.case).not.toBe(id)
  await expect(
    town.cases.reroute(north, dark.case, { ...asked, version: 1 }),
  ).rejects.toMatchObject({ details: { kind: 'conflict', facts: { case: id } } })
  await expect(
    town.cases.reroute(north, id, { version: 2, by: anna, category: 'ufo' }),
  ).rejects.toMatchObject({ details: { kind: 'invalid', where: 'category' } })
})

it('tells listeners of every event in its transaction, in order', async () => {
  const { case: id } = await town.cases.report(north, aReport(kim))
  await move(id, 'in_progress')
  const { events } = await get(id)
  expect(heard.map(({ event, kind }) => ({ id: event, kind }))).toEqual(
    events.map((event) => ({ id: event.id, kind: event.kind })),
  )
})

it('undoes the event whose listener fails', async () => {
  await using strict = await openTown({
    listeners: [
      async (_work, { kind }) => {
        if (kind === 'moved') throw new Error('not now')
      },
    ],
  })
  const { case: id } = await strict.cases.report(north, aReport())
  const assign = { to: 'assigned', version: 1, by: anna } as const
  await expect(strict.cases.move(north, id, assign)).rejects.toThrow('not now')
  expect(await strict.cases.get(north, id, false)).toMatchObject({
    state: 'received',
    version: 1,
  })
})
