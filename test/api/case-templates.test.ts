import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyConfiguration } from '../../src/configuration/apply.ts'
import { openTestApi, type TestApi } from '../support/api.ts'
import { north, south } from '../support/database.ts'

const templates = {
  planned: {
    name: 'Planned',
    when: { state: 'planned' },
    text: {
      sv: '{organisation} kommer {date} till {place}.',
      en: '{number} is planned for {date}.',
    },
    automatic: true,
  },
  lamp: {
    name: 'Planned lamp',
    when: { state: 'planned', categories: ['light-out'] },
    text: { sv: 'Lampan byts.' },
  },
  fixed: { name: 'Mended', when: { reason: 'fixed' }, text: { sv: 'Lagat.' } },
} as const

let api: TestApi
let id: string
let number: string
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
  const report = {
    category: 'light-out',
    asset: 'lamp-17',
    text: 'Dark',
    language: 'sv',
    wantsUpdates: false,
  } as const
  const actor = 'citizen'
  const receipt = await api.cases.report(north, { ...report, source: 'web', actor })
  id = receipt.case
  number = receipt.number
})
afterAll(() => api[Symbol.asyncDispose]())

const get = (query: string, who: Parameters<TestApi['ask']>[0] = 'operations') =>
  api.ask(who, { url: `/api/v1/cases/${id}/templates${query}` })

describe('GET /cases/{id}/templates', () => {
  it('has what fits the state that the case comes into, the most particular first', async () => {
    const answer = await get('?state=planned')
    expect(answer.statusCode).toBe(200)
    const place = 'Lamp 17 Ångströms väg 100%'
    expect(answer.json()).toEqual({
      templates: [
        {
          id: 'lamp',
          name: 'Planned lamp',
          automatic: false,
          texts: { sv: 'Lampan byts.' },
          missing: [],
        },
        {
          id: 'planned',
          name: 'Planned',
          automatic: true,
          texts: {
            sv: `north town kommer … till ${place}.`,
            en: `${number} is planned for ….`,
          },
          missing: ['date'],
        },
      ],
    })
  })

  it('has what fits the reason for closing, and for the state as it is', async () => {
    const closing = await get('?state=closed&reason=fixed')
    expect(closing.json()).toMatchObject({ templates: [{ id: 'fixed' }] })
    expect((await get('')).json()).toEqual({ templates: [] })
  })

  it('is refused for no state, another’s case, and those who may not see cases', async () => {
    expect((await get('?state=gone')).statusCode).toBe(400)
    expect((await get('', 'contractor')).statusCode).toBe(403)
    expect((await get('', 'nobody')).statusCode).toBe(401)
    const url = `/api/v1/cases/${id}/templates?state=planned`
    const other = await api.ask('operations', { url, organisation: south })
    // The other organisation has no templates, and no such case.
    expect(other.statusCode).toBe(404)
  })
})

const post = (what: string, payload: object) =>
  api.ask('operations', { method: 'POST', url: `/api/v1/cases/${id}/${what}`, payload })

describe('POST /cases/{id}/say and /move', () => {
  it('warn of contacts in words for others, and refuse personal identity numbers', async () => {
    const said = { version: 1, to: 'public' }
    const text = 'Kim, kim@example.org, ser till det.'
    const warned = await post('say', { ...said, text })
    expect(warned.json()).toMatchObject({
      warnings: [{ kind: 'email', start: 5, end: 20 }],
    })
    const refused = await post('say', { ...said, text: 'Kim är 811218-9876.' })
    expect(refused.statusCode).toBe(400)
    expect(refused.body).not.toContain('9876')
    const move = { to: 'investigating', version: 1, text: 'Vi tittar på det.' }
    const moved = await post('move', move)
    expect(moved.statusCode).toBe(200)
    expect(moved.json()).not.toHaveProperty('warnings')
  })
})
