import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestApi, sameOrigin, type TestApi } from '../support/api.ts'
import { north } from '../support/database.ts'

const password = 'correct horse battery staple'
const email = 'operations@north.example'
let api: TestApi

beforeAll(async () => {
  api = await openTestApi()
  const { token } = await api.identity.oneTimeLink(north, 'operations')
  await post('/password', { token, password }, '10.0.0.1')
})
afterAll(() => api[Symbol.asyncDispose]())

function post(path: string, payload: object, remoteAddress: string, headers = {}) {
  return api.app.inject({
    method: 'POST',
    url: `/api/v1${path}`,
    payload,
    remoteAddress,
    headers: { ...sameOrigin, ...headers },
  })
}

it('logging in sets a cookie that only our own pages over TLS can use, and says who it is', async () => {
  const answer = await post(
    '/session',
    { organisation: 'north', email, password },
    '10.0.0.2',
  )
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['set-cookie']).toMatch(
    /^__Host-sid=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  )
  expect(answer.headers['cache-control']).toBe('no-store')
  expect(answer.json()).toEqual({
    user: { id: 'operations', name: 'operations of north', language: 'sv' },
    organisation: { id: 'north', name: 'north town', timezone: 'Europe/Stockholm' },
    roles: ['operations'],
    permissions: [
      'session',
      'alarm.read',
      'alarm.acknowledge',
      'alarm.shelve',
      'alarm.comment',
      'maintenance.plan',
      'desk.test',
      'case.read',
      'case.create',
      'case.move',
      'case.assign',
      'case.merge',
      'case.say',
      'notice.publish',
      'photo.review',
      'route.explain',
      'absence.own',
      'asset.read',
      'history.read',
      'ingest.problems.read',
      'citizen.page',
      'citizen.report',
      'public',
    ],
  })
})

it('a new login ends the session the browser had, and logging out the new one', async () => {
  const login = { organisation: 'north', email, password }
  const first = cookieIn(await post('/session', login, '10.0.0.3'))
  const second = cookieIn(await post('/session', login, '10.0.0.3', { cookie: first }))
  expect(await statusWith(first)).toBe(401)
  expect(await statusWith(second)).toBe(200)
  const out = await api.app.inject({
    method: 'DELETE',
    url: '/api/v1/session',
    headers: { ...sameOrigin, cookie: second },
  })
  expect(out.statusCode).toBe(204)
  expect(out.headers['set-cookie']).toMatch(/^__Host-sid=; Max-Age=0; Path=\/;/)
  expect(await statusWith(second)).toBe(401)
})

it('does not say which of organisation, address and password was wrong', async () => {
  const right = { organisation: 'north', email, password }
  const answers = []
  for (const wrong of [
    { organisation: 'south' },
    { organisation: 'nowhere' },
    { email: 'nobody@north.example' },
    { email: 'auditor@north.example' },
    { password: 'wrong' },
  ]) {
    answers.push(await post('/session', { ...right, ...wrong }, '10.0.0.4'))
  }
  expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([401]))
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
  expect(answers.every(({ headers }) => headers['set-cookie'] === undefined)).toBe(true)
})

it('an eleventh attempt in a minute from one address waits, one from another does not', async () => {
  for (let tries = 0; tries < 10; tries += 1) {
    expect((await post('/session', {}, '10.0.0.5')).statusCode).toBe(400)
  }
  const refused = await post('/session', {}, '10.0.0.5')
  expect(refused.statusCode).toBe(429)
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  expect(refused.json()).toMatchObject({ type: 'urn:gatuvakt:problem:too_many' })
  expect((await post('/session', {}, '10.0.0.6')).statusCode).toBe(400)
})

it('an address cannot be chosen by a header when no proxy is trusted', async () => {
  for (let tries = 0; tries < 11; tries += 1) {
    const headers = { 'x-forwarded-for': `10.7.7.${tries}` }
    const answer = await post('/session', {}, '10.0.0.7', headers)
    expect(answer.statusCode).toBe(tries < 10 ? 400 : 429)
  }
})

it.each(['', 'x', 'A'.repeat(43), 'A'.repeat(10_000), '%00', '"; drop table session'])(
  'a cookie of %j is nobody',
  async (value) => {
    expect(await statusWith(`__Host-sid=${value}`)).toBe(401)
  },
)

function cookieIn(answer: { readonly headers: Record<string, unknown> }): string {
  return String(answer.headers['set-cookie']).split(';')[0] ?? ''
}

async function statusWith(cookie: string): Promise<number> {
  const answer = await api.app.inject({ url: '/api/v1/session', headers: { cookie } })
  return answer.statusCode
}
