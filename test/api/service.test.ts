import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Counter, Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApi, type TestApi } from '../support/api.ts'
import { temporaryFolder } from '../support/temporary.ts'

let api: TestApi
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let ready = true

beforeAll(async () => {
  folder = await temporaryFolder()
  await mkdir(join(folder.path, 'console', 'assets'), { recursive: true })
  await writeFile(join(folder.path, 'secret.txt'), 'not for you')
  await writeFile(join(folder.path, 'console', '.env'), 'not for you')
  await writeFile(join(folder.path, 'console', 'index.html'), '<p>the console</p>')
  await writeFile(join(folder.path, 'console', 'assets', 'app-1a2b.js'), 'run()')
  const metrics = new Registry()
  new Counter({
    name: 'gatuvakt_test_total',
    help: 'for tests',
    registers: [metrics],
  }).inc()
  api = await openTestApi({
    metrics,
    readiness: async () => ({
      ready,
      parts: [{ name: 'detector', ready, detail: ready ? 'keeps up' : 'stands still' }],
    }),
    consoleFolder: join(folder.path, 'console'),
    citizenPlugin: async (app) => {
      const config = { permission: 'citizen.page' } as const
      app.get('/felanmalan', { config }, () => 'a form')
      app.post('/felanmalan', { config }, (request) => ({ read: request.body }))
      app.get('/broken', { config }, () => {
        throw new Error('password of the database is 12345')
      })
    },
  })
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

const get = (url: string, headers = {}) => api.app.inject({ url, headers })

it('says that it lives, whether it can work, and which version it is', async () => {
  expect((await get('/healthz')).json()).toEqual({ status: 'ok' })
  expect((await get('/version')).json()).toEqual({ name: 'gatuvakt', version: '1.2.3' })
  expect((await get('/readyz')).statusCode).toBe(200)
  ready = false
  const answer = await get('/readyz')
  expect(answer.statusCode).toBe(503)
  expect(answer.json()).toEqual({
    ready: false,
    parts: [{ name: 'detector', ready: false, detail: 'stands still' }],
  })
  expect((await get('/healthz')).statusCode).toBe(200)
  ready = true
})

it('leads whoever types only its name to the console', async () => {
  expect((await get('/')).headers['location']).toBe('/console/')
})

describe('counters', () => {
  it('are told to the machine itself and to nobody else', async () => {
    expect((await get('/metrics')).body).toContain('gatuvakt_test_total 1')
    const far = await api.app.inject({ url: '/metrics', remoteAddress: '10.0.0.9' })
    expect(far.statusCode).toBe(403)
    const proxied = await get('/metrics', { 'x-forwarded-for': '10.0.0.9' })
    expect(proxied.statusCode).toBe(403)
  })

  it('are told to anybody when the configuration says so', async () => {
    await using open = await openTestApi({ metricsFrom: 'anywhere' })
    const far = await open.app.inject({ url: '/metrics', remoteAddress: '10.0.0.9' })
    expect(far.statusCode).toBe(200)
  })
})

describe('the console', () => {
  it('is one page for all its addresses, never kept; its files are kept for ever', async () => {
    for (const url of ['/console/', '/console/alarms', '/console/assets/lamp-17?x=1.5']) {
      const page = await get(url)
      expect(page.body).toBe('<p>the console</p>')
      expect(page.headers['cache-control']).toBe('no-cache')
    }
    const script = await get('/console/assets/app-1a2b.js')
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable')
  })

  it.each([
    '/console/assets/app-0000.js',
    '/console/.env',
    '/console/../secret.txt',
    '/console/%2e%2e/secret.txt',
    '/console/..%2fsecret.txt',
    '/console/..%5csecret.txt',
  ])('does not give %s', async (url) => {
    const answer = await get(url)
    expect(answer.statusCode).toBeGreaterThanOrEqual(400)
    expect(answer.body).not.toContain('not for you')
  })

  it('may only load what is ours', async () => {
    const { headers } = await get('/console/')
    expect(headers['content-security-policy']).toContain("default-src 'self'")
    expect(headers['content-security-policy']).not.toContain('unsafe')
    expect(headers).toMatchObject({
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'strict-transport-security': 'max-age=31536000',
    })
  })

  it('without TLS is not promised to have it for a year', async () => {
    await using plain = await openTestApi({ baseUrl: 'http://localhost:8080' })
    const { headers } = await plain.app.inject('/healthz')
    expect(headers['strict-transport-security']).toBeUndefined()
  })
})

describe('pages for citizens', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const post = (url: string, headers: Record<string, string>) =>
    api.app.inject({
      method: 'POST',
      url,
      payload: 'text=dark',
      headers: { ...form, ...headers },
    })

  it('read the forms of our own pages and of no others', async () => {
    const own = await post('/felanmalan', { 'sec-fetch-site': 'same-origin' })
    expect(own.json()).toEqual({ read: { text: 'dark' } })
    expect((await post('/felanmalan', {})).statusCode).toBe(403)
    expect((await post('/felanmalan', { origin: 'https://evil.example' })).statusCode).toBe(
      403,
    )
  })

  it('are seen by whoever is logged in anywhere', async () => {
    const cookie = await api.cookieOf('auditor')
    expect((await get('/felanmalan', { cookie })).statusCode).toBe(200)
  })
})

it('a failure of its own tells an id and nothing else; the log tells the rest under that id', async () => {
  const answer = await get('/broken')
  expect(answer.statusCode).toBe(500)
  expect(answer.body).not.toContain('12345')
  const { instance } = answer.json<{ instance: string }>()
  const line = api.logged.find(({ request }) => instance.endsWith(String(request)))
  expect(instance).toMatch(/^urn:gatuvakt:request:[0-9a-f]{16}$/)
  expect(JSON.stringify(line)).toContain('12345')
})

describe('the documentation', () => {
  it('describes every field a report may have', async () => {
    const { paths } = (await get('/openapi.json')).json<{
      paths: Record<string, Record<string, unknown>>
    }>()
    const report = paths['/api/v1/organisations/{organisation}/reports']
    expect(JSON.stringify(report)).toContain('"wantsUpdates"')
    expect(Object.keys(paths).length).toBeGreaterThan(15)
  })

  it('is shown with its own scripts only', async () => {
    const page = await get('/docs/')
    expect(page.statusCode).toBe(200)
    expect(page.headers['content-security-policy']).not.toMatch(/script-src|unsafe-eval/)
    expect((await get('/docs/static/swagger-initializer.js')).statusCode).toBe(200)
  })
})
