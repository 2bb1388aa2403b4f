import { pino } from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  gatherDeadlines,
  ITEMS_AT_MOST,
  STAFF_MAIL,
  staffListener,
} from '../../src/cases/staff-letters.ts'
import { createStaffRenderers } from '../../src/cases/staff-renderers.ts'
import { enqueue } from '../../src/delivery/enqueue.ts'
import { PAUSE } from '../../src/delivery/gather.ts'
import type { Letter } from '../../src/delivery/letter.ts'
import { createOutbox } from '../../src/delivery/outbox.ts'
import { unit } from '../../src/cases/category.ts'
import { HOUR, MINUTE } from '../../src/domain/time.ts'
import { evenRandom } from '../delivery/fixture.ts'
import { north } from '../support/database.ts'
import { aReport, catalogue, openTown, type Town } from './town.ts'

let town: Town
beforeEach(async () => {
  town = await openTown({ listeners: [staffListener(enqueue)] })
  const user = { organisation: north, name: 'Anna', disabled: 0, language: 'sv' } as const
  await town.database.write(north, 'normal', async ({ query }) => {
    await query
      .insertInto('user')
      .values({
        ...user,
        id: 'anna',
        email: 'anna@kommun.example',
        roles: '["operations"]',
        password_hash: null,
        created_at: town.clock.now(),
      })
      .execute()
  })
})
afterEach(() => town[Symbol.asyncDispose]())

let lamps = 0

/** A new case that somebody gives to Anna. */
async function give(by = 'user:bo'): Promise<string> {
  lamps += 1
  const { case: id } = await town.cases.report(north, aReport({ asset: `lamp-${lamps}` }))
  await town.database.write(north, 'normal', async (work) => {
    await work.query
      .updateTable('case')
      .set({ assignee: 'anna' })
      .where('id', '=', id)
      .execute()
    await town.cases.append(work, id, {
      kind: 'assigned',
      actor: by,
      at: town.clock.now(),
      visibility: 'internal',
      data: { person: 'anna' },
    })
  })
  return id
}

/** The letters that leave when everything due is sent. */
async function send(): Promise<readonly Letter[]> {
  const sent: Letter[] = []
  const light = unit.parse({ name: 'Belysning', email: 'ljus@kommun.example' })
  await using outbox = createOutbox({
    database: town.database,
    clock: town.clock,
    random: evenRandom,
    log: pino({ level: 'silent' }),
    renderers: createStaffRenderers({
      database: town.database,
      baseUrl: 'https://vakt.example.se',
      catalogue: async () => ({
        ...catalogue,
        units: new Map([['light', light]]),
        languages: ['nb'],
      }),
      deadline: (_, payload) => {
        const { event, unit: of } = payload as { event: string; unit?: string }
        if (event === 'met') return Promise.resolve(undefined)
        const to = of === undefined ? 'anna@kommun.example' : 'ljus@kommun.example'
        return Promise.resolve({ to, subject: `${event}: tiden går ut`, text: 'Snart.\n' })
      },
    }),
    transport: {
      send: async (letter) => {
        sent.push(letter)
      },
    },
  })
  await outbox.drain()
  return sent
}

const missed = (event: string, to: object) =>
  town.database.write(north, 'normal', (work) =>
    gatherDeadlines(enqueue)(work, {
      payload: { case: 'c', event, ...to },
      dueAt: town.clock.now(),
    }),
  )

it('tells a person of everything in one letter, and not again within ten minutes', async () => {
  const first = await give()
  await give()
  await missed('LYS-1', { person: 'anna' })
  expect(await send()).toEqual([])
  town.clock.advance(MINUTE)
  const [letter, ...more] = await send()
  expect(more).toEqual([])
  expect(letter).toMatchObject({ to: 'anna@kommun.example', subject: '3 ärenden för dig' })
  expect(letter?.text).toContain(`https://vakt.example.se/console/cases/${first}`)
  expect(letter?.text).toContain('LYS-1: tiden går ut\nSnart.')
  await give()
  town.clock.advance(MINUTE)
  expect(await send()).toEqual([])
  town.clock.advance(PAUSE)
  expect(await send()).toMatchObject([{ subject: 'Ett ärende för dig' }])
})

it('leaves out what is done by then, and says nothing of nothing', async () => {
  const id = await give()
  await missed('met', { person: 'anna' })
  await town.database.write(north, 'normal', async ({ query }) => {
    await query.updateTable('case').set({ assignee: 'bo' }).where('id', '=', id).execute()
  })
  town.clock.advance(HOUR)
  expect(await send()).toEqual([])
})

it('tells nobody of what was taken by oneself', async () => {
  await give('user:anna')
  const rows = await town.database.read(north).selectFrom('outbox').select('kind').execute()
  expect(rows.filter(({ kind }) => kind === STAFF_MAIL)).toEqual([])
})

it('tells a unit of a storm of deadlines in one letter with a count', async () => {
  for (let at = 0; at < ITEMS_AT_MOST + 70; at += 1)
    await missed(`e${at}`, { unit: 'light' })
  await missed('e0', { unit: 'light' })
  town.clock.advance(HOUR)
  const [letter, ...more] = await send()
  expect(more).toEqual([])
  expect(letter).toMatchObject({
    to: 'ljus@kommun.example',
    subject: `${ITEMS_AT_MOST + 70} saker til deg`,
  })
  expect(letter?.text).toContain('… og 70 til.')
})

it('sends one deadline as it was written', async () => {
  await missed('LYS-1', { unit: 'light' })
  town.clock.advance(HOUR)
  expect(await send()).toMatchObject([{ subject: 'LYS-1: tiden går ut', text: 'Snart.\n' }])
})
