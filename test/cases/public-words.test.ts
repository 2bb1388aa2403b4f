import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CaseCatalogue } from '../../src/cases/catalogue.ts'
import type { CaseActor } from '../../src/cases/cases.ts'
import { unit } from '../../src/cases/category.ts'
import { warnedOf } from '../../src/cases/public-words.ts'
import { template } from '../../src/cases/template.ts'
import { north } from '../support/database.ts'
import { anna, aReport, openTown, withQuestions, type Town } from './town.ts'

const known: CaseCatalogue = {
  ...withQuestions,
  units: new Map([
    ...withQuestions.units,
    ['harbour', unit.parse({ name: 'Hamnen', email: 'hamn@kommun.example' })],
  ]),
  templates: new Map([
    [
      'switchboard',
      template.parse({
        name: 'Växeln',
        when: { state: 'planned' },
        text: { sv: 'Frågor: 0523-61 30 00.' },
      }),
    ],
  ]),
}

describe('what looks like a contact', () => {
  it.each([
    ['Kim på kim@example.org såg det', [{ kind: 'email', start: 7, end: 22 }]],
    ['Ring 070-123 45 67', [{ kind: 'phone', start: 5, end: 18 }]],
    ['Bilen ABC 123 står här', [{ kind: 'number_plate', start: 6, end: 13 }]],
  ])('is warned of: %s', (text, warnings) => {
    expect(warnedOf(text, known)).toEqual({ warnings })
  })

  it.each([
    'Skriv till hamn@kommun.example.',
    'HAMN@kommun.example',
    'Ring växeln, 0523-61 30 00.',
    'Ring växeln, +46 523 61 30 00.',
    'Vid fara: ring 112.',
    'Lampan är bytt.',
  ])('is none where it is the organisation’s own: %s', (text) => {
    expect(warnedOf(text, known)).toEqual({})
  })
})

describe('what staff says of a case', () => {
  let town: Town
  beforeAll(async () => {
    town = await openTown({ catalogue: known })
  })
  afterAll(() => town[Symbol.asyncDispose]())

  const administrator: CaseActor = { role: 'administrator', name: 'user:chef' }
  const person = 'Det var 811218-9876.'
  const contact = 'Kim når du på kim@example.org.'
  const refused = { details: { kind: 'invalid', where: 'text' } }
  const warned = [{ kind: 'email', start: 14, end: 29 }]

  it('is refused or warned of when others hear it, and free among staff', async () => {
    const { case: id } = await town.cases.report(north, aReport())
    const say = (to: 'public' | 'followers' | 'staff', text: string) =>
      town.cases.say(north, id, { version: 1, by: anna, to, text })
    for (const to of ['public', 'followers'] as const) {
      await expect(say(to, person)).rejects.toMatchObject(refused)
      expect((await say(to, contact)).warnings).toEqual(warned)
      expect(await say(to, 'Vi kommer.')).not.toHaveProperty('warnings')
    }
    expect(await say('staff', person)).not.toHaveProperty('warnings')
    const { events } = await town.cases.get(north, id, false)
    expect(events.filter(({ data }) => data['text'] === person)).toMatchObject([
      { visibility: 'internal' },
    ])
  })

  it('is not said while it holds a contact, if whoever says it asks for that', async () => {
    const { case: id } = await town.cases.report(north, aReport({ asset: 'lamp-4' }))
    const careful = { version: 1, by: anna, text: contact, unlessWarned: true } as const
    const held = {
      details: { kind: 'conflict', where: 'text', facts: { warnings: warned } },
    }
    await expect(
      town.cases.say(north, id, { ...careful, to: 'public' }),
    ).rejects.toMatchObject(held)
    await expect(
      town.cases.move(north, id, { ...careful, to: 'investigating' }),
    ).rejects.toMatchObject(held)
    expect(await town.cases.get(north, id, false)).toMatchObject({
      version: 1,
      state: 'received',
    })
    expect(await town.cases.say(north, id, { ...careful, to: 'staff' })).not.toHaveProperty(
      'warnings',
    )
    const plain = { ...careful, text: 'Vi kommer.', to: 'investigating' } as const
    expect(await town.cases.move(north, id, plain)).toMatchObject({
      state: 'investigating',
    })
  })

  it('is looked at in moves too, but for what is put out of sight', async () => {
    const { case: id } = await town.cases.report(north, aReport({ asset: 'lamp-2' }))
    const investigate = { to: 'investigating', by: anna } as const
    const wrong = town.cases.move(north, id, { ...investigate, text: person, version: 1 })
    await expect(wrong).rejects.toMatchObject(refused)
    const moved = { ...investigate, text: contact, version: 1 }
    expect((await town.cases.move(north, id, moved)).warnings).toEqual(warned)
    const hiding = { to: 'hidden', by: administrator, version: 2 } as const
    const hidden = await town.cases.move(north, id, { ...hiding, text: contact })
    expect(hidden).not.toHaveProperty('warnings')
  })

  it('never keeps a timer or a partner from going on', async () => {
    const { case: id } = await town.cases.report(north, aReport({ asset: 'lamp-3' }))
    const system: CaseActor = { role: 'system', name: 'system' }
    const outside = { to: 'waiting_external', outside: 'Elverket', by: anna } as const
    const { version } = await town.cases.move(north, id, { ...outside, version: 1 })
    const move = { to: 'investigating', by: system, text: person, version } as const
    expect(await town.cases.move(north, id, move)).not.toHaveProperty('warnings')
  })
})
