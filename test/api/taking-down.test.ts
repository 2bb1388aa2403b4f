import { afterAll, beforeAll, expect, it } from 'vitest'
import { applyConfiguration } from '../../src/configuration/apply.ts'
import { openTestApi, type TestApi } from '../support/api.ts'
import { north, south } from '../support/database.ts'

const templates = {
  lamp: {
    name: 'Lamp',
    when: { reason: 'no_fault_found', categories: ['light-out'] },
    text: { sv: 'Vi tittade vid {place}. {number}', en: '{organisation} looked.' },
  },
  general: { name: 'Nothing found', when: { state: 'closed' }, text: { sv: 'Tack.' } },
  planned: { name: 'Planned', when: { state: 'planned' }, text: { sv: 'Planerat.' } },
} as const

let api: TestApi
beforeAll(async () => {
  api = await openTestApi()
  await applyConfiguration(api.database, {
    configuration: {
      organisation: north,
      objects: Object.entries(templates).map(([slug, document]) => ({
        kind: 'template',
        slug,
        document,
      })),
    },
    author: 'test',
    now: api.clock.now(),
  })
})
afterAll(() => api[Symbol.asyncDispose]())

const ready = '/api/v1/templates/filled?category=light-out&state=closed'

it('has the words that fit a case which is about to be opened, without what it cannot know yet', async () => {
  const url = `${ready}&reason=no_fault_found&asset=lamp-17`
  const answer = await api.ask('customer_service', { url })
  expect(answer.json()).toEqual({
    templates: [
      {
        id: 'lamp',
        name: 'Lamp',
        automatic: false,
        texts: {
          sv: 'Vi tittade vid Lamp 17 Ångströms väg 100%. …',
          en: 'north town looked.',
        },
        missing: ['number'],
      },
      {
        id: 'general',
        name: 'Nothing found',
        automatic: false,
        texts: { sv: 'Tack.' },
        missing: [],
      },
    ],
  })
})

it.each([
  ['another category and no thing', 'category=water-leak&state=closed', ['general']],
  ['a thing that the public may not know', 'category=light-out&asset=gone', []],
])('has what fits %s', async (_, query, ids) => {
  const answer = await api.ask('operations', { url: `/api/v1/templates/filled?${query}` })
  expect(answer.statusCode).toBe(200)
  expect(answer.json()).toMatchObject({ templates: ids.map((id) => ({ id })) })
})

it.each([
  ['no category', 'state=closed', 400],
  ['no such state', 'category=light-out&state=gone', 400],
  ['what is no id', 'category=light-out&asset=%2F', 400],
])('refuses %s', async (_, query, status) => {
  const answer = await api.ask('operations', { url: `/api/v1/templates/filled?${query}` })
  expect(answer.statusCode).toBe(status)
})

it('has nothing of another organisation', async () => {
  const answer = await api.ask('operations', { url: ready, organisation: south })
  expect(answer.json()).toEqual({ templates: [] })
})

it('a busy desk behind one address is never too fast, while anybody’s photos are counted', async () => {
  const known = `/api/v1/organisations/${north}`
  const about = 'category=light-out&lat=58.3&lon=11.4'
  const photos = {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data' },
  } as const
  const seen = new Set<number>()
  for (let call = 0; call < 60; call += 1) {
    const asked = await Promise.all([
      api.ask('customer_service', { url: `${known}/suggestions?${about}` }),
      api.ask('customer_service', { url: `${known}/notices?${about}` }),
      api.ask('customer_service', { url: ready }),
      api.ask('customer_service', { method: 'POST', url: '/api/v1/cases', payload: {} }),
      api.ask('customer_service', { ...photos, url: '/api/v1/photos' }),
    ])
    for (const { statusCode } of asked) seen.add(statusCode)
  }
  expect(seen).not.toContain(429)
  const others = []
  for (let call = 0; call < 31; call += 1)
    others.push(await api.ask('nobody', { ...photos, url: `${known}/photos` }))
  expect(others.at(-1)?.statusCode).toBe(429)
})
