import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyConfiguration } from '../../src/configuration/apply.ts'
import type { Role } from '../../src/domain/identity.ts'
import { openTestApi, type TestApi } from '../support/api.ts'
import { north, south } from '../support/database.ts'

let api: TestApi
let caseId: string

beforeAll(async () => {
  api = await openTestApi()
  const objects = [
    { kind: 'unit', slug: 'light', document: { name: 'Light' } },
    { kind: 'unit', slug: 'park', document: { name: 'Park' } },
    {
      kind: 'route',
      slug: 'lamps',
      document: { order: 1, when: { category: 'light-out' }, unit: 'light' },
    },
    {
      kind: 'route',
      slug: 'phone',
      document: { order: 2, when: { source: 'phone' }, unit: 'park' },
    },
  ] as const
  await applyConfiguration(api.database, {
    configuration: { organisation: north, objects },
    author: 'local',
    now: api.clock.now(),
  })
  const receipt = await api.cases.report(north, {
    source: 'web',
    category: 'light-out',
    text: '',
    language: 'sv',
    wantsUpdates: false,
    actor: 'citizen',
  })
  caseId = receipt.case
})
afterAll(() => api[Symbol.asyncDispose]())

const ask = async (
  what: 'explain' | 'dry-run',
  payload: object,
  who: Role = 'operations',
) => await api.ask(who, { method: 'POST', url: `/api/v1/routes/${what}`, payload })

describe('explaining a route', () => {
  it('says of a case that came, and of a report that nobody sent, what each route said', async () => {
    const came = await ask('explain', { case: caseId })
    expect(came.json()).toMatchObject({
      unit: 'light',
      order: 1,
      routes: [
        { slug: 'lamps', verdict: 'chosen', failed: [], broken: false },
        { slug: 'phone', verdict: 'fails', failed: ['source'] },
      ],
    })
    const report = { category: 'other', source: 'phone' }
    expect((await ask('explain', { report })).json()).toMatchObject({ unit: 'park' })
    const nowhere = await ask('explain', { report: { category: 'other' } })
    expect(nowhere.json()).toMatchObject({ unit: null, order: null })
  })

  it('asks a draft, whose broken routes are said', async () => {
    const routes = { all: { order: 1, unit: 'gone' } }
    const drafted = await ask('explain', { case: caseId, routes })
    expect(drafted.json()).toMatchObject({
      unit: null,
      routes: [{ slug: 'all', verdict: 'chosen', broken: true }],
    })
  })

  it('is for those who work with cases, and of the own organisation', async () => {
    for (const who of ['customer_service', 'auditor', 'rule_engineer'] as const) {
      expect((await ask('explain', { case: caseId }, who)).statusCode).toBe(200)
    }
    for (const who of ['contractor', 'integrator'] as const) {
      expect((await ask('explain', { case: caseId }, who)).statusCode).toBe(403)
    }
    const foreign = await api.ask('operations', {
      method: 'POST',
      url: '/api/v1/routes/explain',
      payload: { case: caseId },
      organisation: south,
    })
    expect(foreign.statusCode).toBe(404)
  })

  it.each([
    ['neither a case nor a report', {}],
    ['both', { case: 'a', report: {} }],
    ['a door that is none', { report: { source: 'pigeon' } }],
    ['a place off the earth', { report: { place: { lat: 91, lon: 0 } } }],
    ['a time without a zone', { report: {}, at: '2026-11-20' }],
    ['a key that nobody knows', { report: { colour: 'red' } }],
    ['a route that is none', { report: {}, routes: { a: { unit: 'park' } } }],
  ])('refuses %s', async (_, payload) => {
    const answer = await ask('explain', payload)
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ title: expect.any(String) })
  })

  it('says that there is no such case', async () => {
    expect((await ask('explain', { case: 'f'.repeat(32) })).statusCode).toBe(404)
  })
})

describe('a dry run', () => {
  it('says where past cases would go, and changes none of them', async () => {
    const routes = { all: { order: 1, unit: 'park' }, lost: { order: 2, unit: 'gone' } }
    const answer = await ask('dry-run', { routes })
    expect(answer.json()).toMatchObject({
      cases: 1,
      changed: 1,
      moves: [{ from: 'light', to: 'park', count: 1 }],
      changes: [{ id: caseId, from: 'light', to: 'park', order: 1 }],
      taken: { 1: 1 },
      broken: [{ slug: 'lost', order: 2, unit: 'gone' }],
    })
    expect((await api.cases.get(north, caseId, false)).unit).toBe('light')
  })

  it.each([
    ['no routes', {}],
    [
      'more than a thousand',
      {
        routes: Object.fromEntries(
          Array.from({ length: 1_001 }, (_, at) => [`r${at}`, { order: at, unit: 'park' }]),
        ),
      },
    ],
  ])('refuses %s', async (_, payload) => {
    expect((await ask('dry-run', payload)).statusCode).toBe(400)
  })
})
