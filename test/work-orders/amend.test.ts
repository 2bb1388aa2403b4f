import { expect, it } from 'vitest'
import type { CaseActor } from '../../src/cases/cases.ts'
import { later, toIso } from '../../src/domain/time.ts'
import { days } from '../contractors/helpers.ts'
import { bo, openTowns, type Towns } from '../contractors/towns.ts'
import { onBothDatabases } from '../support/both-databases.ts'
import { north, south } from '../support/database.ts'

const actor = (person: string): CaseActor => {
  const who = { person, roles: ['operations'] } as const
  return { role: 'handler', name: `user:${person}`, who }
}
const [anna, ola] = [actor('anna'), actor('ola')]
const words = 'Byt armaturen på båda sidor.'

async function ordered(towns: Towns, unit = 'light') {
  const id = await towns.report(north)
  await towns.assign(north, id, 'park')
  const due = later(towns.clock.now(), days(3))
  const asked = { case: id, unit, text: words, due, by: anna }
  const order = await towns.orders.order(north, asked)
  return { id, order, where: { organisation: north, id: order.id } }
}

await onBothDatabases((open, name) => {
  it(`changes words and day, and keeps those from before in the history: ${name}`, async () => {
    await using towns = await openTowns(open)
    const { id, order } = await ordered(towns)
    const due = later(towns.clock.now(), days(9))
    const said = { version: 1, text: ' Byt bara den östra. ', due, by: anna }
    const changed = await towns.orders.amend(north, order.id, said)
    expect(changed).toMatchObject({
      state: 'ordered',
      version: 2,
      text: 'Byt bara den östra.',
      dueAt: toIso(due),
    })
    const dayOnly = { version: 2, text: 'Byt bara den östra.', due: null, by: anna }
    const last = await towns.orders.amend(north, order.id, dayOnly)
    expect(last).toMatchObject({ version: 3, text: 'Byt bara den östra.', dueAt: null })
    const { orders } = towns
    const [seen] = await orders.ofContractors.list(bo, { which: 'open', limit: 10 })
    expect(seen).toMatchObject({ text: 'Byt bara den östra.', dueAt: null })
    expect(seen?.history.map(({ state, changed: is, text }) => [state, is, text])).toEqual([
      ['ordered', false, words],
      ['ordered', true, 'Byt bara den östra.'],
      ['ordered', true, null],
    ])
    const { events } = await towns.cases.get(north, id, false)
    const told = events.filter(({ kind }) => kind === 'work_order')
    expect(told.map(({ data }) => [data['step'], data['until']])).toEqual([
      ['ordered', later(towns.clock.now(), days(3))],
      ['changed', due],
      ['changed', undefined],
    ])
  })
})

it.each([
  ['another version', { version: 2, text: 'Nytt' }, { kind: 'conflict', where: 'version' }],
  ['no words', { text: ' \u0000' }, { kind: 'invalid', where: 'text' }],
  ['too many words', { text: 'x'.repeat(2_001) }, { kind: 'invalid', where: 'text' }],
  ['an identity number', { text: 'Om 811218-9876' }, { kind: 'invalid', where: 'text' }],
  ['the same words', { text: ` ${words}` }, { kind: 'invalid', where: 'text' }],
  ['nothing', {}, { kind: 'invalid', where: 'text' }],
  ['a day that is over', { due: 1 }, { kind: 'invalid', where: 'due' }],
  ['somebody else', { text: 'Nytt', by: ola }, { kind: 'forbidden' }],
])('is not changed with %s', async (_, change, details) => {
  await using towns = await openTowns()
  const { order } = await ordered(towns)
  const asked = { version: 1, by: anna, ...change } as const
  await expect(
    towns.orders.amend(north, order.id, asked as Parameters<Towns['orders']['amend']>[2]),
  ).rejects.toMatchObject({ details })
  expect(await towns.orders.list(north, order.case)).toMatchObject([
    { version: 1, text: words },
  ])
})

it('is changed by those who have the case, and by nobody once it is accepted', async () => {
  await using towns = await openTowns()
  const { order } = await ordered(towns, 'bridges')
  const asked = { version: 1, text: 'Nytt', by: ola }
  // Its unit's own people do it; they do not say what.
  await expect(towns.orders.amend(north, order.id, asked)).rejects.toMatchObject({
    details: { kind: 'forbidden', where: 'id' },
  })
  await expect(
    towns.orders.amend(south, order.id, { ...asked, by: anna }),
  ).rejects.toMatchObject({ details: { kind: 'not_found' } })
  await towns.orders.move(north, order.id, { to: 'accepted', version: 1, by: ola })
  const late = { ...asked, version: 2, by: anna }
  await expect(towns.orders.amend(north, order.id, late)).rejects.toMatchObject({
    details: { kind: 'conflict', where: 'id' },
  })
})

it('one that was changed is not accepted as it was', async () => {
  await using towns = await openTowns()
  const { order, where } = await ordered(towns)
  await towns.orders.amend(north, order.id, { version: 1, text: 'Nytt', by: anna })
  const move = { to: 'accepted', version: 1 } as const
  const accepting = towns.orders.ofContractors.move(bo, where, move)
  await expect(accepting).rejects.toMatchObject({ details: { where: 'version' } })
})
