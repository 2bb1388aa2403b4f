import { afterAll, beforeAll, expect, it } from 'vitest'
import { caseChoicesView } from '../../src/api/case-choices-view.ts'
import { applyConfiguration } from '../../src/configuration/apply.ts'
import type { Role } from '../../src/domain/identity.ts'
import { openTestApi, type TestApi } from '../support/api.ts'
import { north, south } from '../support/database.ts'
import { addUser } from '../support/people.ts'

const url = '/api/v1/case-choices'

const person = (slug: string, role: Role) => {
  const email = `${slug}@north.example`
  return {
    kind: 'user',
    slug,
    document: { name: `${slug} North`, email, roles: [role], language: 'sv' },
  } as const
}

const words = (text: string) => ({ sv: text, nb: text, en: text })
const hole = {
  name: words('Hole'),
  faultClass: 'hole',
  assetType: 'Road',
  questions: [{ code: 'depth', text: words('How deep?'), answer: 'number' }],
}

let api: TestApi
beforeAll(async () => {
  api = await openTestApi()
  await addUser(api.database, north, { id: 'left', roles: ['operations'], disabled: true })
  await addUser(api.database, south, { id: 'sven', roles: ['operations'] })
  await applyConfiguration(api.database, {
    configuration: {
      organisation: north,
      objects: [
        person('anna', 'operations'),
        person('otto', 'auditor'),
        { kind: 'unit', slug: 'quay', document: { name: 'Quay', members: ['anna'] } },
        {
          kind: 'partner',
          slug: 'roads',
          document: {
            name: 'Roads',
            receives: { url: 'https://roads.example/open311/', otherwise: 'other' },
          },
        },
        { kind: 'partner', slug: 'sender', document: { name: 'Only sends' } },
        { kind: 'category', slug: 'hole', document: hole },
      ],
    },
    author: 'test',
    now: api.clock.now(),
  })
})
afterAll(() => api[Symbol.asyncDispose]())

async function choicesOf(organisation: typeof north) {
  const answer = await api.ask('operations', { url, organisation })
  expect(answer.statusCode).toBe(200)
  return caseChoicesView.parse(answer.json())
}

it('names what a case can be given to, and nobody who cannot have one', async () => {
  const { units, people, partners } = await choicesOf(north)
  expect(units).toContainEqual({
    id: 'quay',
    name: 'Quay',
    members: ['anna'],
    contractor: false,
  })
  expect(partners).toEqual([{ id: 'roads', name: 'Roads' }])
  const ids = people.map(({ id }) => id)
  expect(ids).toContain('anna')
  expect(ids).not.toContain('otto')
  expect(ids).not.toContain('left')
  expect(ids).not.toContain('sven')
})

it('has what a category asks, and which assets it can be about', async () => {
  const { categories } = await choicesOf(north)
  expect(categories.find(({ id }) => id === 'hole')).toEqual({
    id: 'hole',
    name: hole.name,
    assetType: 'Road',
    questions: [{ ...hole.questions[0], required: false, choices: [] }],
  })
})

it('has the categories of the own organisation, and nothing of another’s', async () => {
  const { categories, units, people } = await choicesOf(south)
  expect(categories.map(({ id }) => id)).toContain('light-out')
  expect(categories.map(({ id }) => id)).not.toContain('hole')
  expect(units.map(({ id }) => id)).not.toContain('quay')
  expect(people.map(({ id }) => id)).not.toContain('anna')
})
