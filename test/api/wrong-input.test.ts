import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApi, type TestApi } from '../support/api.ts'
import { north, south } from '../support/database.ts'

let api: TestApi
let acknowledge: string

beforeAll(async () => {
  api = await openTestApi()
  acknowledge = `/api/v1/alarms/${await api.raise()}/acknowledge`
})
afterAll(() => api[Symbol.asyncDispose]())

const json = { 'content-type': 'application/json' }

describe('a body', () => {
  it.each([
    ['no content type', {}, '{"raise":1}', 415],
    ['a content type nobody knows', { 'content-type': 'application/x-garbage' }, '{}', 415],
    ['a content type that is none', { 'content-type': ';;;/' }, '{}', 415],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'raise=1', 415],
    ['plain text', { 'content-type': 'text/plain' }, '{"raise":1}', 415],
    ['XML', { 'content-type': 'text/xml' }, '<raise>1</raise>', 415],
    ['half a JSON', json, '{"raise":', 400],
    ['nothing', json, '', 400],
    ['NaN', json, '{"raise":NaN}', 400],
    ['a key that would change prototypes', json, '{"raise":1,"__proto__":{"x":1}}', 400],
    ['a constructor', json, '{"raise":1,"constructor":{"prototype":{"x":1}}}', 400],
    ['null', json, 'null', 400],
    ['an array', json, '[]', 400],
    ['an array of what would be right', json, '[{"raise":1}]', 400],
    ['a string', json, '"raise"', 400],
    ['a number in a string', json, '{"raise":"1"}', 400],
    ['half a raise', json, '{"raise":1.5}', 400],
    ['a raise below nothing', json, '{"raise":-1}', 400],
    ['a raise beyond all numbers', json, '{"raise":1e400}', 400],
    ['a raise that no number can tell', json, '{"raise":9007199254740993}', 400],
    ['an unknown key', json, '{"raise":1,"extra":true}', 400],
    ['a name of NUL', json, '{"raise":1,"\\u0000":1}', 400],
    ['a comment with NUL', json, '{"raise":1,"comment":"a\\u0000b"}', 400],
    ['a comment of nothing', json, '{"raise":1,"comment":"  "}', 400],
    ['a comment without end', json, `{"raise":1,"comment":"${'x'.repeat(2_000)}"}`, 400],
    ['deeper than anything', json, `${'['.repeat(130_000)}${']'.repeat(130_000)}`, 400],
    ['a million deep', json, '['.repeat(1_000_000), 413],
    ['objects in objects without end', json, '{"a":'.repeat(50_000), 400],
    ['a megabyte', json, `{"comment":"${'x'.repeat(1_048_576)}"}`, 413],
  ] as const)(
    'that is %s is refused, and nothing happens',
    async (_what, headers, payload, status) => {
      const answer = await api.ask('operations', {
        method: 'POST',
        url: acknowledge,
        headers,
        payload,
      })
      expect(answer.statusCode).toBe(status)
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
      const problem = answer.json<Record<string, unknown>>()
      expect(problem).toMatchObject({
        status,
        detail: expect.any(String),
        next: expect.any(String),
      })
      expect(problem['instance']).toBeUndefined()
      expect(answer.body.length).toBeLessThan(10_000)
      expect(answer.body).not.toMatch(/node_modules|\.ts:|SyntaxError|\\n +at /)
      const [alarm] = await api.alarms.list(north, { which: 'open', limit: 10 })
      expect(alarm?.state).toBe('unacknowledged')
    },
  )

  it('gets each wrong field named, with what it may be', async () => {
    const answer = await api.ask('nobody', {
      method: 'POST',
      url: '/api/v1/session',
      payload: { email: 7, extra: 1 },
    })
    expect(answer.json()).toMatchObject({
      type: 'urn:gatuvakt:problem:invalid',
      where: 'body.organisation',
      facts: {
        fields: [
          { where: 'body.organisation' },
          { where: 'body.email' },
          { where: 'body.password' },
          { where: 'body', what: 'Unrecognized key: "extra"' },
        ],
      },
    })
  })
})

describe('an address', () => {
  it.each([
    '/api/v1/alarms?limit=0',
    '/api/v1/alarms?limit=501',
    '/api/v1/alarms?limit=NaN',
    '/api/v1/alarms?limit=-1',
    '/api/v1/alarms?limit=1.5',
    '/api/v1/alarms?limit=1&limit=2',
    '/api/v1/alarms?limit=',
    '/api/v1/alarms?which=some',
    '/api/v1/alarms?organisation=south',
    '/api/v1/alarms?__proto__=1',
    '/api/v1/alarms?asset=%00',
    '/api/v1/assets?search=',
    '/api/v1/assets?type=select',
    '/api/v1/cases?limit=1e3',
    '/api/v1/cases?limit=-9007199254740993',
    '/api/v1/cases?limit=99999999999999999999',
    '/api/v1/cases?page=2',
    '/api/v1/cases?sort=title',
    '/api/v1/cases?sort=changed;drop%20table%20case',
    '/api/v1/cases?sort=due&sort=changed',
    '/api/v1/cases?sort=__proto__',
    '/api/v1/cases?cursor=',
    '/api/v1/cases?cursor=c..',
    '/api/v1/cases?cursor=c.-1.a',
    '/api/v1/cases?cursor=c.99999999999999999.a',
    '/api/v1/cases?cursor=c.1.%27%20or%201=1',
    '/api/v1/cases?cursor=c.1.a&sort=due',
    `/api/v1/cases?cursor=c.1.${'a'.repeat(200)}`,
    '/api/v1/cases?search=%00',
    '/api/v1/cases?unit=a%00b',
    '/api/v1/cases?assignee=%00',
    '/api/v1/cases?states=assigned,broken',
    '/api/v1/cases?box=12,58,11,59',
    '/api/v1/cases?box=11,58,NaN,59',
    '/api/v1/cases?box=11,58,12',
    '/api/v1/cases?box=11,-91,12,59',
    '/api/v1/assets?search=a%00',
    '/api/v1/ingest/problems?limit=abc',
    '/api/v1/alarms/%27%20or%201=1',
    '/api/v1/alarms/..%2f..%2fetc',
    '/api/v1/alarms/%00',
    '/api/v1/alarms/%',
    '/api/v1/alarms/%ff%fe',
    '/api/v1/assets/lamp-17/history',
    '/api/v1/assets/lamp-17/history?role=Power!',
    '/api/v1/assets/lamp-17/history?role=power&from=yesterday',
    '/api/v1/assets/lamp-17/history?role=power&from=9999-12-31T00:00:00Z',
    '/api/v1/assets/lamp-17/history?role=power&from=1969-12-31T00:00:00Z',
    '/api/v1/assets/lamp-17/history?role=power&to=2026-11-20T12:00:00',
    '/api/v1/assets/lamp-17/history?role=power&limit=1',
    '/api/v1/assets/lamp-17/history?role=power&limit=2001',
    '/api/v1/assets/lamp-17/history?role=power&from=2026-11-20T12:00:00Z&to=2026-11-20T12:00:00Z',
    '/api/v1/assets/lamp-17/history?role=power&from=2020-01-01T00:00:00Z',
    '/api/v1/stream?points=',
    '/api/v1/stream?points=1,,2',
    '/api/v1/stream?points=a',
    '/api/v1/stream?since=1',
  ])('%s is refused as it stands', async (url) => {
    const answer = await api.ask('administrator', { url })
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ type: 'urn:gatuvakt:problem:invalid' })
  })

  it.each([
    ['/api/v1/alarms/unknown', 404],
    ['/api/v1/cases/unknown', 404],
    ['/api/v1/assets/unknown', 404],
    ['/api/v1/assets/unknown/history?role=power', 404],
    ['/api/v1/stream?points=999999', 404],
    ['/api/v1/nothing', 404],
    ['/api/v2/alarms', 404],
    ['/console/', 404],
    [`/api/v1/alarms/${'x'.repeat(201)}`, 414],
    [`/api/v1/alarms/${'x'.repeat(150)}`, 400],
  ])('%s is answered with %d', async (url, status) => {
    const answer = await api.ask('administrator', { url })
    expect(answer.statusCode).toBe(status)
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  })

  it('that is known by another method is not found, and says nothing else', async () => {
    const answer = await api.ask('administrator', { method: 'PUT', url: '/api/v1/alarms' })
    expect(answer.statusCode).toBe(404)
  })
})

it('a cursor of another organisation, or one that was counted on, leads to the own cases alone', async () => {
  const foreign = await aCase(south)
  const own = await aCase(north)
  const { changed } = await api.database
    .read(south)
    .selectFrom('case')
    .select('changed_at as changed')
    .where('id', '=', foreign)
    .executeTakeFirstOrThrow()
  for (const cursor of [
    `c.${changed}.${foreign}`,
    `c.${changed + 1}.zz`,
    'c.9007199254740991.a',
  ]) {
    const answer = await api.ask('operations', { url: `/api/v1/cases?cursor=${cursor}` })
    expect(answer.statusCode).toBe(200)
    const ids = answer.json<{ cases: { id: string }[] }>().cases.map(({ id }) => id)
    expect(ids.every((id) => id === own)).toBe(true)
  }
})

/** A case of its own that somebody reported. */
async function aCase(organisation: typeof north): Promise<string> {
  const report = { category: 'light-out', place: { lat: 58.3, lon: 11.4 }, text: 'Mörkt' }
  const rest = {
    source: 'web',
    language: 'sv',
    wantsUpdates: false,
    actor: 'citizen',
  } as const
  return (await api.cases.report(organisation, { ...report, ...rest })).case
}

it('after all of that nothing was logged as a failure of the service', () => {
  expect(api.logged.filter(({ level }) => Number(level) >= 40)).toEqual([])
})
