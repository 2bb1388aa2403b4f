import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { role } from '../../src/domain/identity.ts'
import { can } from '../../src/identity/permissions.ts'
import { openTestApi, sameOrigin, type TestApi } from '../support/api.ts'
import { north, south } from '../support/database.ts'
import { routes } from './route-table.ts'

let api: TestApi
let alarm: string
let caseId: string

beforeAll(async () => {
  api = await openTestApi()
  alarm = await api.raise('lamp-17', 'hatch-open')
  const dark = await api.raise('lamp-18', 'lamp-dark')
  caseId = (await api.alarms.get(north, dark)).case?.id ?? ''
})
afterAll(() => api[Symbol.asyncDispose]())

/** A stream that is allowed does not end; test/api/stream.test.ts and contractor-stream.test.ts are about them. */
const asked = Object.entries(routes).filter(([route]) => !route.endsWith('/stream'))

it('the table of this test knows every documented route', async () => {
  const { paths } = (await api.app.inject('/openapi.json')).json<{
    paths: Record<string, Record<string, unknown>>
  }>()
  const documented = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => method !== 'head')
      .map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(documented.toSorted()).toEqual(Object.keys(routes).toSorted())
})

describe.each(asked)('%s', (route, permission) => {
  it.each(role.options)('is open to %s exactly when the role allows it', async (who) => {
    const { statusCode } = await api.ask(who, request(route, `role ${who}`))
    const user = { kind: 'user', user: who, name: who, organisation: north } as const
    const allowed = can({ ...user, roles: [who] }, permission, { organisation: north })
    expect(statusCode === 403).toBe(!allowed)
    expect(statusCode).not.toBe(401)
  })

  it('is open to nobody in particular only when it is public', async () => {
    const { statusCode } = await api.ask('nobody', request(route, 'nobody'))
    const isPublic = can({ kind: 'citizen' }, permission, { organisation: null })
    expect(statusCode === 401).toBe(!isPublic)
    expect(statusCode).not.toBe(403)
  })
})

describe('another organisation', () => {
  it.each([
    ['GET', '/api/v1/alarms/:id', () => alarm],
    ['GET', '/api/v1/alarms/:id/journal', () => alarm],
    ['POST', '/api/v1/alarms/:id/acknowledge', () => alarm],
    ['POST', '/api/v1/alarms/:id/case', () => alarm],
    ['GET', '/api/v1/cases/:id', () => caseId],
    ['POST', '/api/v1/cases/:id/move', () => caseId],
  ] as const)('%s %s answers as if there were nothing', async (method, path, idOf) => {
    for (const who of role.options) {
      const foreign = await api.ask(who, {
        method,
        url: path.replace(':id', idOf()),
        organisation: south,
        ...bodies[path],
      })
      const unknown = await api.ask(who, {
        method,
        url: path.replace(':id', '0'.repeat(32)),
        organisation: south,
        ...bodies[path],
      })
      expect([403, 404]).toContain(foreign.statusCode)
      expect(foreign.statusCode).toBe(unknown.statusCode)
      expect(foreign.body.replaceAll(idOf(), '')).toBe(
        unknown.body.replaceAll('0'.repeat(32), ''),
      )
    }
  })

  it('sees its own alarms, cases and assets in lists, and no others', async () => {
    const listed = async (url: string) =>
      (await api.ask('administrator', { url, organisation: south })).json<unknown>()
    expect(await listed('/api/v1/alarms?which=all')).toEqual({ alarms: [], floods: [] })
    expect(await listed('/api/v1/cases?which=all')).toEqual({ cases: [], next: null })
    await api.database.write(north, 'normal', ({ query }) =>
      query
        .updateTable('asset')
        .set({ name: 'secret of north' })
        .where('id', '=', 'pump-1')
        .execute(),
    )
    expect(JSON.stringify(await listed('/api/v1/assets'))).not.toContain('secret of north')
    expect(JSON.stringify(await listed('/api/v1/assets/pump-1'))).not.toContain('secret')
  })
})

describe('a page of somebody else', () => {
  const login = { method: 'POST', url: '/api/v1/session' } as const
  const form = { 'content-type': 'application/x-www-form-urlencoded' }

  it.each([
    ['with the cookie and no word of where it comes from', {}],
    ['on another site', { 'sec-fetch-site': 'cross-site' }],
    ['on another host of the same site', { 'sec-fetch-site': 'same-site' }],
    ['with another origin', { origin: 'https://evil.example' }],
    ['with the origin of a file', { origin: 'null' }],
    ['with our name inside its own', { origin: 'https://vakt.example.evil.example' }],
  ])('changes nothing %s', async (_how, headers) => {
    const cookie = await api.cookieOf('operations')
    const url = `/api/v1/alarms/${alarm}/acknowledge`
    const answer = await api.app.inject({
      method: 'POST',
      url,
      headers: { ...headers, cookie },
      payload: { raise: 1 },
    })
    expect(answer.statusCode).toBe(403)
    expect((await api.alarms.get(north, alarm)).acknowledgedAt).toBeNull()
  })

  it('cannot post a form, with or without a cookie', async () => {
    for (const type of [
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain',
    ]) {
      const headers = { 'content-type': type, 'sec-fetch-site': 'cross-site' }
      const answer = await api.app.inject({ ...login, headers, payload: 'a=1' })
      expect(answer.statusCode).toBe(403)
    }
    const own = await api.app.inject({
      ...login,
      headers: { ...form, ...sameOrigin },
      payload: 'a=1',
    })
    expect(own.statusCode).toBe(415)
  })

  it('is not what our own pages are, by either header', async () => {
    const cookie = await api.cookieOf('auditor')
    for (const headers of [
      { 'sec-fetch-site': 'same-origin' },
      { origin: 'https://vakt.example' },
      { origin: 'http://10.0.0.5:8080', host: '10.0.0.5:8080' },
    ]) {
      const answer = await api.app.inject({
        method: 'POST',
        url: '/api/v1/password',
        headers: { ...headers, cookie },
        payload: { token: 'x', password: 'x' },
        remoteAddress: '10.3.3.3',
      })
      expect(answer.statusCode).toBe(400)
    }
  })
})

it('the service does not start with a route that says no permission', async () => {
  const bare = openTestApi({
    citizenPlugin: async (app) => {
      app.get('/forgotten', () => 'nobody thought of who may see this')
    },
  })
  await expect(bare).rejects.toThrow('/forgotten')
})

const bodies: Readonly<Record<string, { readonly payload: object }>> = {
  '/api/v1/alarms/:id/acknowledge': { payload: { raise: 1 } },
  '/api/v1/cases/:id/move': { payload: { to: 'assigned', version: 1 } },
}

/** A request that gets past authorisation to the handler, or to a complaint about its body. */
function request(route: string, who: string): InjectOptions {
  const [method = '', path = ''] = route.split(' ')
  const url = path
    .replace('{organisation}', 'nowhere')
    .replace('{photo}', 'f'.repeat(32))
    .replace('{id}', path.includes('assets') ? 'lamp-17' : 'f'.repeat(32))
  const query = path.endsWith('history') ? '?role=power' : ''
  // Everybody from an own address, so that rates per address do not mix.
  const remoteAddress =
    path === '/metrics' ? '127.0.0.1' : `10.1.${who.length}.${route.length}`
  const shared = { url: `${url}${query}`, remoteAddress }
  if (method === 'POST') return { ...shared, method: 'POST', payload: {} }
  return { ...shared, method: method === 'DELETE' ? 'DELETE' : 'GET' }
}
