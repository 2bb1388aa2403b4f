import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CaseActor } from '../../src/cases/cases.ts'
import { bo, eve, openTowns, type Towns } from '../contractors/towns.ts'
import { north, south } from '../support/database.ts'

const who = { person: 'anna', roles: ['operations'] } as const
const anna: CaseActor = { role: 'handler', name: 'user:anna', who }

let towns: Towns
beforeEach(async () => {
  towns = await openTowns()
})
afterEach(() => towns[Symbol.asyncDispose]())

async function ordered(of = 'light') {
  const id = await towns.report(north)
  await towns.assign(north, id, 'park')
  const asked = { case: id, unit: of, text: 'Byt armaturen.', by: anna }
  const order = await towns.orders.order(north, asked)
  return { id, order, where: { organisation: north, id: order.id } }
}

const take = async (organisation = north) =>
  (await towns.photos.take(organisation, new TextEncoder().encode('picture'))).id

describe('photos of the work', () => {
  it('stand with their order, for those who ordered it and who does it, and change nothing of it', async () => {
    const { id, order, where } = await ordered()
    const second = { case: id, unit: 'light', text: 'Mät.', by: anna }
    const other = await towns.orders.order(north, second)
    const ids = [await take(), await take()]
    const contractor = towns.orders.ofContractors
    const seen = await contractor.addPhotos(bo, where, ids)
    expect(seen).toMatchObject({ photos: ids, version: 1, state: 'ordered' })
    const listed = await towns.orders.list(north, id, who)
    expect(new Map(listed.map((one) => [one.id, one.photos]))).toEqual(
      new Map([
        [order.id, ids],
        [other.id, []],
      ]),
    )
    const [first = ''] = ids
    const picture = await contractor.photo(bo, where, { id: first, size: 'small' })
    expect(new TextDecoder().decode(picture)).toBe('picture')
    const { events } = await towns.cases.get(north, id, false)
    const told = events.filter(({ kind }) => kind === 'photos')
    expect(told).toMatchObject([
      { actor: 'contractor:leva/bo', visibility: 'internal', data: { photos: ids } },
    ])
    // A cancelled order takes no more, and keeps what it has.
    await towns.orders.move(north, order.id, { by: anna, to: 'cancelled', version: 1 })
    await expect(contractor.addPhotos(bo, where, [await take()])).rejects.toMatchObject({
      details: { kind: 'conflict' },
    })
    await towns.photos.erase(north, { id: first })
    const [kept] = await contractor.list(bo, { which: 'all', limit: 10 })
    expect([...(kept?.photos ?? [])]).toEqual(ids.slice(1))
    expect(await contractor.photo(bo, where, { id: first })).toBeUndefined()
  })

  it('are shown of that order alone: no other photo of its case, and to no other contractor', async () => {
    const { id, where } = await ordered()
    const own = await take()
    const foreign = await take()
    await towns.database.write(north, 'normal', (work) =>
      towns.photos.add(work, { ids: [foreign], case: id, actor: 'user:anna' }),
    )
    const contractor = towns.orders.ofContractors
    await contractor.addPhotos(bo, where, [own])
    const [seen] = await contractor.list(bo, { which: 'all', limit: 10 })
    expect(seen?.photos).toEqual([own])
    expect(await contractor.photo(bo, where, { id: foreign })).toBeUndefined()
    for (const ask of [
      () => contractor.photo(eve, where, { id: own }),
      () => contractor.photo(bo, { ...where, organisation: south }, { id: own }),
      () => contractor.addPhotos(eve, where, [own]),
    ]) {
      await expect(ask()).rejects.toMatchObject({ details: { kind: 'not_found' } })
    }
  })

  it('are refused when they are unknown, used, of another organisation, or too many', async () => {
    const { id, where } = await ordered()
    const contractor = towns.orders.ofContractors
    const used = await take()
    await contractor.addPhotos(bo, where, [used])
    for (const ids of [['nothing'], [used], [await take(south)]]) {
      await expect(contractor.addPhotos(bo, where, ids)).rejects.toMatchObject({
        details: { kind: 'invalid', where: 'photos' },
      })
    }
    for (let count = 1; count < 50; count += 1)
      await contractor.addPhotos(bo, where, [await take()])
    await expect(contractor.addPhotos(bo, where, [await take()])).rejects.toMatchObject({
      details: { kind: 'invalid', what: 'An order has at most 50 photos.' },
    })
    const [seen] = await towns.orders.list(north, id)
    expect(seen?.photos).toHaveLength(50)
  })
})

/** Units that are offered, and whether they are a contractor's. */
async function doers(id: string) {
  const units = await towns.orders.doers(north, id)
  return units.map(({ id: unit, contractor }) => [unit, contractor])
}

describe('who may do what', () => {
  it('units are offered whose contract covers the case, and the own ones, while it is open', async () => {
    const lamp = await towns.report(north)
    const litter = await towns.report(north, 'litter')
    const own = [
      ['park', false],
      ['bridges', false],
    ]
    expect(await doers(lamp)).toEqual([['light', true], ['bins', true], ...own])
    expect(await doers(litter)).toEqual([['bins', true], ...own])
    towns.change(north, 'light', { until: '2000-01-01' })
    expect(await doers(lamp)).toEqual([['bins', true], ...own])
    for (const [unit] of await doers(litter)) {
      const asked = { case: litter, unit: String(unit), text: 'Töm.', by: anna }
      await towns.assign(north, litter, 'park')
      expect((await towns.orders.order(north, asked)).state).toBe('ordered')
    }
    const { version } = await towns.cases.get(north, lamp, false)
    const closing = { to: 'closed', reason: 'no_fault_found', version } as const
    const by = { role: 'handler', name: 'user:anna' } as const
    await towns.cases.move(north, lamp, { ...closing, by })
    expect(await doers(lamp)).toEqual([])
    await expect(towns.orders.doers(north, 'none')).rejects.toMatchObject({
      details: { kind: 'not_found' },
    })
  })

  it('the list offers each the moves that are his, and none to one who only looks', async () => {
    const { id } = await ordered('bridges')
    const moves = async (person: string, role: 'operations' | 'auditor') => {
      const [order] = await towns.orders.list(north, id, { person, roles: [role] })
      return order?.moves
    }
    expect(await moves('anna', 'operations')).toEqual(['accepted', 'declined', 'cancelled'])
    expect(await moves('ola', 'operations')).toEqual(['accepted', 'declined'])
    expect(await moves('pia', 'operations')).toEqual([])
    expect(await moves('anna', 'auditor')).toEqual([])
  })
})
