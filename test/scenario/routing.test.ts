import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  caseDetailView,
  type CaseDetailView,
  type CaseView,
} from '../../src/cases/views.ts'
import { contractorCaseView, contractorDetailView } from '../../src/contractors/views.ts'
import { organisationId } from '../../src/domain/ids.ts'
import { contractorOrderView } from '../../src/work-orders/views.ts'
import {
  startService,
  strandkoping,
  type Person,
  type TestService,
} from '../support/service.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { allCases } from './look.ts'
import { report } from './people-say.ts'

/** The contractor for green areas is an organisation of its own, in the demo too. */
const gront = organisationId.parse('gront')
const gardener = 'gro@gront.example'

let stack: AsyncDisposableStack
let service: TestService
let desk: Person

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder())
  // A Friday evening.
  const clock = new VirtualClock('2026-11-20T17:00:00Z')
  service = stack.use(await startService({ folder: folder.path, clock, also: gront }))
  desk = await service.logIn('kundtjanst@strandkoping.example')
})
afterAll(() => stack[Symbol.asyncDispose]())

const anybody = { text: 'Det är trasigt', language: 'sv', wantsUpdates: false }

/** What becomes of it when somebody reports it with the one form there is. */
async function reported(said: Record<string, unknown>): Promise<CaseDetailView> {
  const { status, receipt } = await report(service, { ...anybody, ...said })
  expect(status).toBe(201)
  const one = (await allCases(desk)).find(({ number }) => number === receipt.number)
  return await detail(one?.id ?? '')
}

async function detail(id: string): Promise<CaseDetailView> {
  return caseDetailView.parse((await desk.get(`/cases/${id}`)).body)
}

const at = (lat: number, lon: number) => ({ place: { lat, lon } })
const quay = { category: 'street-damage', ...at(58.345, 11.434) }
const street = { category: 'street-damage', ...at(58.3512, 11.434) }
const park = { category: 'green-area', ...at(58.352, 11.436) }
const school = { category: 'building', ...at(58.3555, 11.446) }

describe('one form', () => {
  it('reaches the harbour, the streets, the contractor and the caretaker, each with a number', async () => {
    const all: CaseView[] = []
    for (const said of [quay, street, park, school]) all.push(await reported(said))
    expect(
      all.map(({ unit, assignee, contractor }) => [unit, assignee, contractor]),
    ).toEqual([
      ['hamn', null, null],
      ['gata', null, null],
      ['gront', null, 'gront'],
      ['fastighet', 'vaktmastare', null],
    ])
    expect(all.map(({ number }) => number)).toEqual(
      [1, 2, 3, 4].map((count) => `STR-2026-00000${count}`),
    )
  })

  it('the contractor sees and does its own work, and nothing else', async () => {
    const mine = await reported({ ...park, ...at(58.3521, 11.437) })
    const others = await reported({ ...quay, ...at(58.3451, 11.435) })
    const gro = await service.logIn(gardener, gront)
    const { cases } = z
      .object({ cases: z.array(contractorCaseView) })
      .parse((await gro.get('/contractor/cases')).body)
    expect(new Set(cases.map(({ category }) => category.id))).toEqual(
      new Set(['green-area']),
    )
    const path = `/contractor/cases/${strandkoping}`
    expect((await gro.get(`${path}/${others.id}`)).status).toBe(404)
    expect((await gro.get(`/cases/${mine.id}`)).status).toBe(403)
    expect((await gro.get('/cases')).status).toBe(403)
    const words = 'Kim i nummer 4 släppte in oss.'
    let { version } = mine
    for (const to of ['assigned', 'in_progress', 'done_reported']) {
      const moved = await gro.post(`${path}/${mine.id}/move`, { to, version, text: words })
      expect(moved.status).toBe(200)
      version = contractorDetailView.parse(moved.body).version
    }
    const said = (await detail(mine.id)).events.filter(({ data }) => data['text'] === words)
    expect(said.map(({ visibility }) => visibility)).toEqual(Array(3).fill('internal'))
    const closing = { to: 'closed', version, reason: 'fixed' }
    expect((await gro.post(`${path}/${mine.id}/move`, closing)).status).toBe(400)
    expect((await desk.post(`/cases/${mine.id}/move`, closing)).status).toBe(409)
    const central = await service.logIn('central@strandkoping.example')
    expect((await central.post(`/cases/${mine.id}/move`, closing)).status).toBe(200)
  })

  it('the contractor is ordered to do something about a case that stays with the town', async () => {
    const { id } = await reported({ ...park, ...at(58.3523, 11.4372) })
    const { version } = await detail(id)
    const taken = await desk.post(`/cases/${id}/assign`, { version, unit: 'gata' })
    expect(taken.status).toBe(200)
    const wanted = { unit: 'gront', text: 'Såga ner grenen.', due: '2026-11-30T12:00:00Z' }
    const made = await desk.post(`/cases/${id}/orders`, wanted)
    expect(made).toMatchObject({
      status: 200,
      body: { state: 'ordered', contractor: 'gront' },
    })
    const gro = await service.logIn(gardener, gront)
    expect((await gro.get(`/contractor/cases/${strandkoping}/${id}`)).status).toBe(404)
    const { orders } = z
      .object({ orders: z.array(contractorOrderView) })
      .parse((await gro.get('/contractor/orders')).body)
    expect(orders.map(({ text }) => text)).toEqual(['Såga ner grenen.'])
    const order = orders[0]?.id ?? ''
    const path = `/contractor/orders/${strandkoping}/${order}/move`
    expect((await gro.post(path, { to: 'accepted', version: 1 })).status).toBe(200)
    expect((await gro.post(path, { to: 'approved', version: 2 })).status).toBe(409)
    expect((await gro.post(path, { to: 'done', version: 2 })).status).toBe(200)
    const approving = { to: 'approved', version: 3 }
    expect((await desk.post(`/orders/${order}/move`, approving)).status).toBe(200)
    expect((await desk.get(`/cases/${id}/orders`)).body).toMatchObject({
      orders: [{ id: order, state: 'approved', text: 'Såga ner grenen.' }],
    })
    const admin = await service.logIn('admin@strandkoping.example')
    const exported = await admin.get(`/cases/${id}/export`)
    expect(exported.body).toMatchObject({ orders: [{ id: order, state: 'approved' }] })
    expect((await admin.post(`/cases/${id}/erase`, {})).status).toBe(200)
    expect((await desk.get(`/cases/${id}/orders`)).body).toMatchObject({
      orders: [{ id: order, text: null }],
    })
  })

  it('what is promised is what the contract says: start within a week, not first words within ten days', async () => {
    const { dueAt } = await reported({ ...park, ...at(58.3524, 11.4375) })
    // Friday evening; seven working days end with Tuesday 1 December.
    expect(dueAt).toBe('2026-12-01T23:00:00.000Z')
  })
})

const dark = (lamp: number) => ({ category: 'light-out', asset: `lamp-${lamp}` })

describe('three lamps in a row', () => {
  /** Within two working days, and for a row within four hours of a working day. */
  const single = '2026-11-24T23:00:00.000Z'
  const row = '2026-11-23T10:00:00.000Z'

  it('are another promise than one, for each of them, and stay it', async () => {
    const first = await reported(dark(1))
    const second = await reported(dark(2))
    const apart = await reported(dark(4))
    const due = async () =>
      await Promise.all(
        [first, second, apart].map(async ({ id }) => (await detail(id)).dueAt),
      )
    expect(await due()).toEqual([single, single, single])
    const between = await reported(dark(3))
    expect(between.dueAt).toBe(row)
    expect(await due()).toEqual([row, row, row])
    const central = await service.logIn('central@strandkoping.example')
    const { version } = between
    const closing = { to: 'closed', version, reason: 'no_fault_found' }
    const closed = await central.post(`/cases/${between.id}/move`, closing)
    expect(closed.status).toBe(200)
    expect(await due()).toEqual([row, row, row])
  })

  it('a lamp of another street is no part of it', async () => {
    expect((await reported(dark(20))).dueAt).toBe(single)
  })
})
