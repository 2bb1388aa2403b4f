import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CaseMove, FollowUp } from '../../src/cases/cases.ts'
import type { CaseNews } from '../../src/cases/news.ts'
import type { CaseState } from '../../src/cases/views.ts'
import { durationUs, HOUR, later } from '../../src/domain/time.ts'
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

const DAY = 24 * HOUR
const get = (id: string) => town.cases.get(north, id, false)
const kim = { contact: { email: 'kim@example.se' }, wantsUpdates: true }
const inDays = (days: number) => later(town.clock.now(), durationUs(days * DAY))

async function move(id: string, to: CaseState, how: Partial<CaseMove> = {}) {
  const { version } = await get(id)
  return await town.cases.move(north, id, { to, version, by: anna, ...how })
}

const said = (how: Partial<FollowUp> = {}): FollowUp => ({
  source: 'web',
  by: { role: 'reporter', name: 'citizen' },
  text: 'Den står vid porten.',
  wish: 'none',
  ...how,
})

const ask = (id: string) =>
  move(id, 'waiting_reporter', { text: 'Vilken stolpe?', at: inDays(7) })
const close = (id: string) =>
  move(id, 'closed', { reason: 'accepted_no_action', text: 'Tas i mars.' })

describe('waiting for a reporter', () => {
  it('ends with the first answer, where the case was', async () => {
    const { case: id, token } = await town.cases.report(north, aReport(kim))
    await move(id, 'in_progress')
    await ask(id)
    await town.cases.followUp(north, id, said())
    expect(await get(id)).toMatchObject({ state: 'in_progress' })
    const kinds = (await town.cases.follow(token)).events.map(({ kind }) => kind)
    expect(kinds.slice(-2)).toEqual(['waiting_reporter', 'answered'])
  })

  it('closes the case for lack of information when no answer comes in time', async () => {
    const { case: id } = await town.cases.report(north, aReport(kim))
    await ask(id)
    town.clock.advance(durationUs(6 * DAY))
    expect(await town.cases.waitNoLonger(town.clock.now())).toBe(0)
    town.clock.advance(durationUs(2 * DAY))
    expect(await town.cases.waitNoLonger(town.clock.now())).toBe(1)
    expect(await get(id)).toMatchObject({
      state: 'closed',
      closingReason: 'insufficient_info',
    })
  })

  it('is refused where nobody can be asked, and for a day that is over', async () => {
    const { case: id } = await town.cases.report(north, aReport())
    await expect(ask(id)).rejects.toMatchObject({
      details: { kind: 'conflict', where: 'to' },
    })
    await town.cases.report(north, aReport(kim))
    const late = { text: 'Var?', at: town.clock.now() }
    await expect(move(id, 'waiting_reporter', late)).rejects.toMatchObject({
      details: { kind: 'invalid', where: 'at' },
    })
  })

  it('goes on after the case was hidden by mistake', async () => {
    const { case: id, token } = await town.cases.report(north, aReport(kim))
    await ask(id)
    const eva = { role: 'administrator', name: 'user:eva' } as const
    await move(id, 'hidden', { by: eva, text: 'Skräp.' })
    await expect(town.cases.follow(token)).rejects.toMatchObject({
      details: { kind: 'not_found' },
    })
    expect((await get(id)).moves).toEqual(['waiting_reporter'])
    await move(id, 'waiting_reporter', { by: eva })
    await town.cases.followUp(north, id, said())
    expect(await get(id)).toMatchObject({ state: 'received' })
    const { events } = await town.cases.follow(token)
    expect(events.map(({ kind }) => kind)).not.toContain('hidden')
  })
})

it('frees the asset while a case is hidden, and takes it back only when it is free', async () => {
  const { case: id } = await town.cases.report(north, aReport())
  const eva = { role: 'administrator', name: 'user:eva' } as const
  await move(id, 'hidden', { by: eva, text: 'Skräp.' })
  const other = await town.cases.report(north, aReport())
  expect(other.case).not.toBe(id)
  await expect(move(id, 'received', { by: eva })).rejects.toMatchObject({
    details: { kind: 'conflict', facts: { case: other.case } },
  })
})

it('asks again when somebody outside is silent, once', async () => {
  const { case: id } = await town.cases.report(north, aReport())
  await move(id, 'waiting_external', { outside: 'Trafikverket', reference: 'TV-7' })
  town.clock.advance(durationUs(15 * DAY))
  expect(await town.cases.waitNoLonger(town.clock.now())).toBe(1)
  expect(await town.cases.waitNoLonger(town.clock.now())).toBe(0)
  const { events, state } = await get(id)
  expect(state).toBe('waiting_external')
  expect(events.at(-1)).toMatchObject({
    kind: 'deadline',
    visibility: 'internal',
    data: { clock: 'outside', outside: 'Trafikverket' },
  })
})

describe('after a case was closed', () => {
  it('becomes a request when a person reports the same within 14 days', async () => {
    const first = await town.cases.report(north, aReport(kim))
    await close(first.case)
    town.clock.advance(durationUs(13 * DAY))
    const second = await town.cases.report(north, aReport(kim))
    expect(second.case).toBe(first.case)
    expect(await town.cases.follow(second.token)).toMatchObject({
      state: 'reopen_requested',
      closingReason: 'accepted_no_action',
    })
    // A third one joins what is asked already.
    expect((await town.cases.report(north, aReport())).case).toBe(first.case)
    expect((await get(first.case)).moves).toEqual(
      expect.arrayContaining(['assigned', 'in_progress', 'closed']),
    )
    await move(first.case, 'in_progress')
    expect(await get(first.case)).toMatchObject({ closingReason: null, closedAt: null })
  })

  it('has an alarm open a new case that names the old one', async () => {
    const { case: id } = await town.cases.report(north, aReport())
    await close(id)
    const again = await town.raise('lamp-1')
    expect(again).not.toBe(id)
    expect((await get(again)).events[0]?.data).toMatchObject({ recurrenceOf: id })
  })

  it('can be asked about within the days of its category, and not when it is a duplicate', async () => {
    const hole = aReport({ category: 'hole', answers: { danger: 'no' }, ...kim })
    const { case: id } = await town.cases.report(north, hole)
    await close(id)
    const wish = said({ wish: 'reopen' })
    town.clock.advance(durationUs(11 * DAY))
    await expect(town.cases.followUp(north, id, wish)).rejects.toMatchObject({
      details: { kind: 'conflict', where: 'wish' },
    })
    // What was refused left nothing behind.
    const rows = await town.database
      .read(north)
      .selectFrom('follow_up')
      .selectAll()
      .execute()
    expect(rows).toEqual([])
    expect((await town.cases.report(north, hole)).case).not.toBe(id)
  })

  it('is answered with words when it stays closed', async () => {
    const { case: id } = await town.cases.report(north, aReport())
    await close(id)
    await town.cases.followUp(north, id, said({ wish: 'reopen' }))
    await expect(
      move(id, 'closed', { reason: 'accepted_no_action' }),
    ).rejects.toMatchObject({
      details: { kind: 'invalid', where: 'text' },
    })
    await move(id, 'closed', { reason: 'fixed', text: 'Den är bytt.' })
    expect(await get(id)).toMatchObject({ state: 'closed', closingReason: 'fixed' })
  })
})

describe('what a reporter adds', () => {
  it('is one when it is sent twice, and is heard as an event without its words', async () => {
    const { case: id } = await town.cases.report(north, aReport())
    const twice = said({ idempotencyKey: 'again-and-again' })
    const [a, b] = await Promise.all([
      town.cases.followUp(north, id, twice),
      town.cases.followUp(north, id, twice),
    ])
    expect(a).toEqual(b)
    const news = heard.filter(({ kind }) => kind === 'followed_up')
    expect(news).toHaveLength(1)
    expect(JSON.stringify(news)).not.toContain('porten')
    const { reporters } = await town.cases.get(north, id, true)
    expect(reporters?.map((one) => one.text)).toContain('Den står vid porten.')
  })

  it('makes somebody look when it says that done work is not done', async () => {
    const { case: id } = await town.cases.report(north, aReport())
    await move(id, 'in_progress')
    await move(id, 'done_reported')
    await town.cases.followUp(north, id, said({ wish: 'reopen' }))
    expect(await get(id)).toMatchObject({ state: 'done_reported', verify: true })
  })

  it.each([
    ['nothing', { text: ' \n' }, 'text'],
    ['a book', { text: 'x'.repeat(2_001) }, 'text'],
    ['an album', { photos: ['1', '2', '3', '4', '5', '6'] }, 'photos'],
  ])('is refused when it is %s', async (_, how, where) => {
    const { case: id } = await town.cases.report(north, aReport())
    await expect(town.cases.followUp(north, id, said(how))).rejects.toMatchObject({
      details: { kind: 'invalid', where },
    })
  })

  it('can be taken back by the only one who said it, before work began', async () => {
    const { case: id } = await town.cases.report(north, aReport())
    const by = { role: 'reporter', name: 'citizen' } as const
    const withdraw = { to: 'closed', reason: 'withdrawn', version: 1, by } as const
    const { case: shared } = await town.cases.report(north, aReport({ asset: 'lamp-2' }))
    await town.raise('lamp-2')
    await expect(town.cases.move(north, shared, withdraw)).rejects.toMatchObject({
      details: { kind: 'conflict' },
    })
    expect(await town.cases.move(north, id, withdraw)).toMatchObject({ state: 'closed' })
  })
})
