import fc from 'fast-check'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { CaseActor } from '../../src/cases/cases.ts'
import { createStaffRenderers } from '../../src/cases/staff-renderers.ts'
import { PAUSE } from '../../src/delivery/gather.ts'
import type { Letter } from '../../src/delivery/letter.ts'
import { createOutbox } from '../../src/delivery/outbox.ts'
import type { Language } from '../../src/domain/language.ts'
import { HOUR, later, MINUTE, toIso } from '../../src/domain/time.ts'
import { createOrderLines, receiverOf } from '../../src/work-orders/letters.ts'
import { orderMoves, type OrderState } from '../../src/work-orders/states.ts'
import { days } from '../contractors/helpers.ts'
import { bo, openTowns, type Towns } from '../contractors/towns.ts'
import { evenRandom } from '../delivery/fixture.ts'
import { north } from '../support/database.ts'

const who = { person: 'anna', roles: ['operations'] } as const
const anna: CaseActor = { role: 'handler', name: 'user:anna', who }
const kia: CaseActor = { ...anna, name: 'user:kia', who: { ...who, person: 'kia' } }
const words = 'Ring Kim 0523-98 76 54 om grinden.'

let towns: Towns
beforeEach(async () => {
  towns = await openTowns()
  await colleague('anna', 'Anna', 'nb')
})
afterEach(() => towns[Symbol.asyncDispose]())

async function colleague(id: string, name = id, language: Language = 'sv') {
  await towns.database.write(north, 'normal', async ({ query }) => {
    await query
      .insertInto('user')
      .values({
        organisation: north,
        id,
        name,
        email: `${id}@kommun.example`,
        language,
        roles: '["operations"]',
        disabled: 0,
        password_hash: null,
        created_at: towns.clock.now(),
      })
      .execute()
  })
}

/** From now on, for two days. */
async function awayIs(person: string, deputies: readonly string[]) {
  await towns.assignments.absences.add(north, {
    person,
    from: toIso(towns.clock.now()),
    to: toIso(later(towns.clock.now(), days(2))),
    deputies,
    scope: 'incoming',
    handBack: false,
    by: `user:${person}`,
  })
}

async function ordered(unit = 'light') {
  const id = await towns.report(north)
  await towns.assign(north, id, 'park')
  const due = later(towns.clock.now(), days(3))
  const asked = { case: id, unit, text: words, due, by: anna }
  const order = await towns.orders.order(north, asked)
  return { id, order, where: { organisation: north, id: order.id } }
}

const nothing = () => Promise.resolve(undefined)

/** The letters about work that leave when everything due is sent. */
async function send(unitLanguage: Language = 'sv'): Promise<readonly Letter[]> {
  const sent: Letter[] = []
  const { database } = towns
  const baseUrl = 'https://vakt.example.se'
  const catalogue = async () => ({ ...towns.catalogue(north), languages: [unitLanguage] })
  await using outbox = createOutbox({
    database,
    clock: towns.clock,
    random: evenRandom,
    log: pino({ level: 'silent' }),
    renderers: {
      ...createStaffRenderers({
        database,
        baseUrl,
        catalogue,
        deadline: nothing,
        orders: createOrderLines({ database, baseUrl, catalogue }),
      }),
      'mail.case_received': nothing,
      'mail.case_known': nothing,
      'mail.case_news': nothing,
    },
    transport: {
      send: async (letter) => {
        sent.push(letter)
      },
    },
  })
  await outbox.drain()
  return sent
}

it('tell the contractor’s desk of orders in one letter, without their words, and not again within ten minutes', async () => {
  const first = await ordered()
  const second = await ordered()
  expect(await send()).toEqual([])
  towns.clock.advance(MINUTE)
  const [letter, ...more] = await send()
  expect(more).toEqual([])
  expect(letter).toMatchObject({ to: 'jour@leva.example', subject: '2 beställningar' })
  expect(letter?.text).toContain(`${first.order.number}: beställt, Lamp dark, senast `)
  expect(letter?.text).toContain(`${second.order.number}: beställt`)
  expect(letter?.text).toContain('https://vakt.example.se/console/work')
  expect(letter?.text).not.toMatch(/Kim|98 76|anna/)
  const cancel = { by: anna, to: 'cancelled', version: 1 } as const
  await towns.orders.move(north, first.order.id, cancel)
  towns.clock.advance(MINUTE)
  expect(await send()).toEqual([])
  towns.clock.advance(PAUSE)
  const [next] = await send()
  expect(next).toMatchObject({ subject: 'En beställning' })
  expect(next?.text).toContain(`${first.order.number}: avbeställt`)
})

it('tell whoever ordered how far it has come, and the desk what is missing', async () => {
  const { order, id, where } = await ordered()
  const contractor = towns.orders.ofContractors
  await contractor.move(bo, where, { to: 'accepted', version: 1 })
  await contractor.move(bo, where, { to: 'done', version: 2, text: words })
  towns.clock.advance(HOUR)
  const [letter, ...more] = await send()
  // What the desk itself went on with is no news to it.
  expect(more).toEqual([])
  expect(letter).toMatchObject({ to: 'anna@kommun.example', subject: 'En bestilling' })
  expect(letter?.text).toContain(`${order.number}: ferdig ifølge utfører, Lamp dark`)
  expect(letter?.text).toContain(`https://vakt.example.se/console/cases/${id}`)
  expect(letter?.text).not.toMatch(/Kim|98 76/)
  const back = { by: anna, to: 'accepted', version: 3, text: 'Det blinkar.' } as const
  await towns.orders.move(north, order.id, back)
  towns.clock.advance(HOUR)
  const [sentBack] = await send('en')
  expect(sentBack).toMatchObject({ to: 'jour@leva.example', subject: 'A work order' })
  expect(sentBack?.text).toContain('sent back, something is missing')
})

it('tell the desk of other words and another day, without them', async () => {
  const { order } = await ordered()
  towns.clock.advance(MINUTE)
  await send()
  const changed = { by: anna, version: 1, text: 'Ring Kim i stället.' } as const
  await towns.orders.amend(north, order.id, changed)
  towns.clock.advance(PAUSE)
  const [letter, ...more] = await send()
  expect(more).toEqual([])
  expect(letter).toMatchObject({ to: 'jour@leva.example', subject: 'En beställning' })
  expect(letter?.text).toContain(`${order.number}: beställt och sedan ändrat, Lamp dark`)
  expect(letter?.text).not.toContain('Kim')
})

it('go to whoever stands in while the orderer is away, and nobody hears of the own deeds', async () => {
  await colleague('kia')
  await awayIs('anna', ['kia'])
  const { order, where } = await ordered()
  towns.clock.advance(HOUR)
  await send()
  await towns.orders.ofContractors.move(bo, where, { to: 'accepted', version: 1 })
  towns.clock.advance(HOUR)
  const [letter, ...more] = await send()
  expect(more).toEqual([])
  expect(letter).toMatchObject({ to: 'kia@kommun.example', subject: 'En beställning' })
  expect(letter?.text).toContain(`${order.number}: antaget, Lamp dark`)
  expect(letter?.text).toContain('du står in för Anna')
  await towns.orders.move(north, order.id, { by: kia, to: 'done', version: 2 })
  towns.clock.advance(HOUR)
  expect(await send()).toEqual([])
  // Back again, it is anna's.
  towns.clock.advance(days(3))
  await towns.orders.move(north, order.id, {
    by: kia,
    to: 'accepted',
    version: 3,
    text: 'Nej.',
  })
  await towns.orders.ofContractors.move(bo, where, { to: 'done', version: 4 })
  towns.clock.advance(HOUR)
  const back = (await send()).filter(({ to }) => to !== 'jour@leva.example')
  expect(back).toMatchObject([{ to: 'anna@kommun.example' }])
})

it('tell nobody of what one did oneself, and nothing of a case that is out of sight', async () => {
  const own = await ordered('bridges')
  const noted = { by: anna, to: 'accepted', version: 1 } as const
  await towns.orders.move(north, own.order.id, noted)
  towns.clock.advance(HOUR)
  expect(await send()).toEqual([])
  await towns.orders.move(north, own.order.id, { by: kia, to: 'done', version: 2 })
  towns.clock.advance(HOUR)
  expect(await send()).toMatchObject([{ to: 'anna@kommun.example' }])

  const { id } = await ordered()
  const { version } = await towns.cases.get(north, id, false)
  const hiding = { to: 'hidden', version, text: 'Någons namn' } as const
  const by = { role: 'administrator', name: 'user:anna' } as const
  await towns.cases.move(north, id, { ...hiding, by })
  towns.clock.advance(HOUR)
  expect(await send()).toEqual([])
})

it('hold ids alone while they wait', async () => {
  const { where } = await ordered()
  const move = { to: 'accepted', version: 1, text: words } as const
  await towns.orders.ofContractors.move(bo, where, move)
  const rows = await towns.database.read(north).selectFrom('outbox').selectAll().execute()
  const waiting = rows.filter(({ kind }) => kind === 'mail.work')
  expect(waiting).toHaveLength(2)
  expect(JSON.stringify(waiting)).not.toMatch(/Kim|98 76|@|grinden/)
})

it('have one receiver at most, who is of the other side, whatever happens to an order', () => {
  const actors = ['user:anna', 'user:kia', 'contractor:leva/bo', 'cases']
  const step = fc.record({ actor: fc.constantFrom(...actors), dice: fc.nat({ max: 5 }) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), (story) => {
      const steps = [{ actor: 'user:anna', state: 'ordered' as OrderState }]
      expect(receiverOf('light', steps)).toEqual({ unit: 'light' })
      for (const { actor, dice } of story) {
        const before = steps.at(-1)?.state ?? 'ordered'
        const moves = orderMoves(before, 'orderer')
        const state = moves[dice % Math.max(1, moves.length)]
        if (state === undefined) break
        steps.push({ actor, state })
        const byOrderer = !orderMoves(before, 'doer').includes(state)
        const person = actor === 'user:anna' ? undefined : { person: 'anna' }
        expect(receiverOf('light', steps)).toEqual(byOrderer ? { unit: 'light' } : person)
      }
    }),
  )
})
