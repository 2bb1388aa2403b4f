import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CaseActor } from '../../src/cases/cases.ts'
import { later } from '../../src/domain/time.ts'
import {
  ended,
  needsWords,
  orderMoves,
  orderState,
  settledState,
  type OrderRole,
  type OrderState,
} from '../../src/work-orders/states.ts'
import { days } from '../contractors/helpers.ts'
import { bo, eve, openTowns, type Towns } from '../contractors/towns.ts'
import { north, south } from '../support/database.ts'
import { onBothDatabases } from '../support/both-databases.ts'

const who = (person: string) => ({ person, roles: ['operations'] }) as const
const anna: CaseActor = { role: 'handler', name: 'user:anna', who: who('anna') }
/** Of another unit. */
const ola: CaseActor = { role: 'handler', name: 'user:ola', who: who('ola') }

const all = { which: 'all', limit: 100 } as const
const open = { which: 'open', limit: 100 } as const
const words = 'Byt armaturen på båda sidor.'

/** A lamp that is the park's to look after, and an order to LEVA. */
async function ordered(towns: Towns, asked: { readonly unit?: string } = {}) {
  const id = await towns.report(north)
  await towns.assign(north, id, 'park')
  const { unit = 'light' } = asked
  const order = await towns.orders.order(north, { case: id, unit, text: words, by: anna })
  return { id, order, where: { organisation: north, id: order.id } }
}

const conflict = { details: { kind: 'conflict' } }
const notFound = { details: { kind: 'not_found', what: 'There is no such order.' } }

describe('an order to a contractor', () => {
  it('is taken on, sent back with words, done and approved, while the case stays where it was', async () => {
    await using towns = await openTowns()
    const { id, order, where } = await ordered(towns)
    const before = await towns.cases.get(north, id, false)
    expect(order).toMatchObject({ state: 'ordered', contractor: 'leva', text: words })
    expect(order.number).toBe(`${before.number}-A1`)
    const ofBo = towns.orders.ofContractors
    await ofBo.move(bo, where, { to: 'accepted', version: 1 })
    await ofBo.move(bo, where, { to: 'done', version: 2, text: 'Bytt i dag.' })
    const back = { by: anna, to: 'accepted', version: 3 } as const
    await expect(towns.orders.move(north, order.id, back)).rejects.toMatchObject({
      details: { kind: 'invalid', where: 'text' },
    })
    await towns.orders.move(north, order.id, { ...back, text: 'Den östra är mörk.' })
    const again = await ofBo.move(bo, where, { to: 'done', version: 4 })
    expect(again.history.map(({ own, state, text }) => [own, state, text])).toEqual([
      [false, 'ordered', words],
      [true, 'accepted', null],
      [true, 'done', 'Bytt i dag.'],
      [false, 'accepted', 'Den östra är mörk.'],
      [true, 'done', null],
    ])
    const approved = { by: anna, to: 'approved', version: 5 } as const
    const end = await towns.orders.move(north, order.id, approved)
    expect(end).toMatchObject({ state: 'approved', moves: [], version: 6 })
    const after = await towns.cases.get(north, id, false)
    expect([after.state, after.version, after.unit]).toEqual([
      before.state,
      before.version,
      before.unit,
    ])
    const told = after.events.filter(({ kind }) => kind === 'work_order')
    expect(new Set(told.map(({ visibility }) => visibility))).toEqual(new Set(['internal']))
    expect(told).toHaveLength(6)
  })

  it('shows the work and nothing of who reported it, or wrote it; and the case stays out of reach', async () => {
    await using towns = await openTowns()
    const { id, where } = await ordered(towns)
    const [one] = await towns.orders.ofContractors.list(bo, open)
    expect(one).toMatchObject({
      organisation: { id: 'north' },
      id: where.id,
      text: words,
      case: { category: { id: 'lamp-dark' }, place: { lat: 58.5, lon: 11.5 } },
      moves: ['accepted', 'declined'],
    })
    expect(JSON.stringify(one)).not.toMatch(/Kim|kim@|Mörkt|anna/)
    const reached = towns.contractors.get(bo, { organisation: north, id })
    await expect(reached).rejects.toMatchObject({ details: { kind: 'not_found' } })
  })

  it('does not exist for another contractor, under another organisation, or once the contract ends', async () => {
    await using towns = await openTowns()
    const { id, where } = await ordered(towns)
    const contractors = towns.orders.ofContractors
    const move = { to: 'accepted', version: 1 } as const
    expect(await contractors.list(eve, all)).toEqual([])
    for (const [by, organisation, order] of [
      [eve, north, where.id],
      [bo, south, where.id],
      [bo, 'nowhere', where.id],
      [bo, north, id],
    ] as const) {
      const there = { organisation: organisation as typeof north, id: order }
      await expect(contractors.move(by, there, move)).rejects.toMatchObject(notFound)
    }
    towns.change(north, 'light', { until: '2000-01-01' })
    expect(await contractors.list(bo, all)).toEqual([])
    await expect(contractors.move(bo, where, move)).rejects.toMatchObject(notFound)
  })

  it('is made only for what the contract covers, of a case that is open, in words that may go out', async () => {
    await using towns = await openTowns()
    const { id } = await ordered(towns)
    const litter = await towns.report(north, 'litter')
    const make = (change: object) => {
      const asked = { case: id, unit: 'light', text: words, by: anna, ...change }
      return towns.orders.order(north, asked)
    }
    const now = towns.clock.now()
    await expect(make({ case: litter })).rejects.toMatchObject(conflict)
    for (const [change, where] of [
      [{ unit: 'nobody' }, 'unit'],
      [{ text: ' \u0000' }, 'text'],
      [{ text: 'x'.repeat(2_001) }, 'text'],
      [{ text: 'Ring 811218-9876' }, 'text'],
      [{ due: later(now, days(6 * 366)) }, 'due'],
      [{ due: now - days(2) }, 'due'],
    ] as const) {
      await expect(make(change)).rejects.toMatchObject({
        details: { kind: 'invalid', where },
      })
    }
    await expect(make({ case: 'none' })).rejects.toMatchObject({
      details: { kind: 'not_found' },
    })
    await expect(make({ by: ola })).rejects.toMatchObject({
      details: { kind: 'forbidden' },
    })
    const { version } = await towns.cases.get(north, id, false)
    const closing = { to: 'closed', reason: 'no_fault_found', version, by: anna } as const
    await towns.cases.move(north, id, closing)
    await expect(make({})).rejects.toMatchObject(conflict)
  })

  it('ends with its case: what was done is taken as it is, the rest is cancelled', async () => {
    await using towns = await openTowns()
    const { id, order, where } = await ordered(towns)
    const second = { case: id, unit: 'light', text: 'Mät jordningen.', by: anna }
    const other = await towns.orders.order(north, second)
    const contractors = towns.orders.ofContractors
    await contractors.move(bo, where, { to: 'accepted', version: 1 })
    await contractors.move(bo, where, { to: 'done', version: 2 })
    const { version } = await towns.cases.get(north, id, false)
    const closing = { to: 'closed', reason: 'fixed', version, by: anna } as const
    await towns.cases.move(north, id, closing)
    const states = new Map(
      (await towns.orders.list(north, id)).map((one) => [one.id, one.state]),
    )
    expect(states).toEqual(
      new Map([
        [order.id, 'approved'],
        [other.id, 'cancelled'],
      ]),
    )
    expect(await contractors.list(bo, open)).toEqual([])
    expect(await contractors.list(bo, all)).toHaveLength(2)
    towns.clock.advance(days(31))
    expect(await contractors.list(bo, all)).toEqual([])
  })

  it('is listed with the case that its own was merged into, and goes on there', async () => {
    await using towns = await openTowns()
    const { id, order, where } = await ordered(towns)
    const into = await towns.report(north)
    const { version } = await towns.cases.get(north, id, false)
    await towns.cases.merge(north, id, { into, version, by: anna })
    expect(await towns.orders.list(north, into)).toMatchObject([{ id: order.id, case: id }])
    const moved = await towns.orders.ofContractors.move(bo, where, {
      to: 'accepted',
      version: 1,
    })
    expect(moved.state).toBe('accepted')
  })
})

it('an order to a unit of the own is done by its members, and cancelled by those who have the case', async () => {
  await using towns = await openTowns()
  const { order } = await ordered(towns, { unit: 'bridges' })
  expect(order.contractor).toBeNull()
  const move = (by: CaseActor, to: OrderState, version: number) =>
    towns.orders.move(north, order.id, { by, to, version })
  const nobody: CaseActor = { role: 'handler', name: 'user:pia', who: who('pia') }
  await expect(move(nobody, 'accepted', 1)).rejects.toMatchObject({
    details: { kind: 'forbidden' },
  })
  expect(await move(ola, 'accepted', 1)).toMatchObject({ state: 'accepted', version: 2 })
  await expect(move(ola, 'cancelled', 2)).rejects.toMatchObject(conflict)
  expect(await move(anna, 'cancelled', 2)).toMatchObject({ state: 'cancelled' })
  expect(await towns.orders.ofContractors.list(bo, all)).toEqual([])
})

await onBothDatabases((open, name) => {
  it(`moves only as the table says, whoever asks for whatever: ${name}`, async () => {
    await using towns = await openTowns(open)
    const asked = fc.record({
      role: fc.constantFrom<OrderRole>('orderer', 'doer'),
      to: fc.constantFrom(...orderState.options),
      stale: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
      text: fc.constantFrom('', words),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(asked, { maxLength: 8 }), async (story) => {
        const { order, where } = await ordered(towns)
        let { state, version } = { state: order.state, version: order.version }
        for (const { role, to, stale, text } of story) {
          const move = { to, version: stale ? version - 1 : version, text }
          const legal =
            !stale &&
            orderMoves(state, role).includes(to) &&
            (text !== '' || !needsWords(state, to))
          const doing =
            role === 'orderer'
              ? towns.orders.move(north, order.id, { ...move, by: anna })
              : towns.orders.ofContractors.move(bo, where, move)
          const done = await doing.catch(() => undefined)
          expect(done !== undefined).toBe(legal)
          if (done === undefined) continue
          expect(ended.has(state)).toBe(false)
          ;({ state, version } = done)
          expect([state, version]).toEqual([to, move.version + 1])
        }
      }),
      { numRuns: name === 'SQLite' ? 40 : 10 },
    )
  })
})

it('every state ends with the case, and what has ended stays as it is', () => {
  for (const state of orderState.options) {
    expect(ended.has(settledState(state))).toBe(true)
    expect(settledState(settledState(state))).toBe(settledState(state))
    expect(settledState(state) === state).toBe(ended.has(state))
  }
})
