import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { role } from '../../src/domain/identity.ts'
import { can, type Permission } from '../../src/identity/permissions.ts'
import type { TestApi } from '../support/api.ts'
import { north, south } from '../support/database.ts'
import { openWorkApi, somePhotos, type WorkApi } from './work-api.ts'

let work: WorkApi
let api: TestApi
let granted: string
let other: string
const ask: WorkApi['ask'] = (...asked) => work.ask(...asked)

beforeAll(async () => {
  work = await openWorkApi()
  ;({ api, granted, other } = work)
})
afterAll(() => work[Symbol.asyncDispose]())

const routes: readonly (readonly [Permission, 'GET' | 'POST' | 'DELETE', string])[] = [
  ['absence.own', 'GET', '/absences'],
  ['absence.own', 'POST', '/absences'],
  ['absence.own', 'DELETE', '/absences/nothing'],
  ['case.assign', 'POST', '/cases/nothing/assign'],
  ['case.person.share', 'POST', '/cases/nothing/share-reporter'],
  ['contractor.work', 'GET', '/contractor/cases'],
  ['contractor.work', 'GET', '/contractor/cases/north/nothing'],
  ['contractor.work', 'POST', '/contractor/cases/north/nothing/move'],
  ['contractor.work', 'POST', '/contractor/cases/north/nothing/photos'],
  ['contractor.work', 'GET', '/contractor/cases/north/nothing/photos/none'],
]

describe.each(routes)('%s: %s %s', (permission, method, url) => {
  it.each(role.options)('is open to %s exactly when the role allows it', async (who) => {
    const { statusCode } = await ask(who, method, url, method === 'POST' ? {} : undefined)
    const user = { kind: 'user', user: who, name: who, organisation: north, roles: [who] }
    const allowed = can(user as never, permission, { organisation: north })
    expect(statusCode === 403).toBe(!allowed)
    expect(statusCode).not.toBe(500)
  })
})

describe("a contractor's user", () => {
  it('reaches no route of cases but its own', async () => {
    const { paths } = (await api.app.inject('/openapi.json')).json<{
      paths: Record<string, Record<string, unknown>>
    }>()
    const asked = Object.entries(paths)
      .filter(([path]) => /case|alarm|kpi|rule|desk|reading|photo/.test(path))
      // Citizens' own ways in are everybody's.
      .filter(([path]) => !path.includes('/organisations/'))
      .flatMap(([path, methods]) => Object.keys(methods).map((one) => [one, path] as const))
      .filter(([method]) => method === 'get' || method === 'post')
      .flatMap(([method, path]) =>
        [north, south].map((own) => [method, path, own] as const),
      )
    const open: string[] = []
    for (const [method, path, organisation] of asked) {
      const url = path.replaceAll(/\{[^}]+\}/g, granted)
      const request =
        method === 'get' ? { url } : { url, method: 'POST' as const, payload: {} }
      const { statusCode } = await api.ask('contractor', { ...request, organisation })
      if (statusCode !== 403) open.push(`${method} ${path} ${statusCode}`)
    }
    expect(open.filter((one) => !one.includes('/contractor/'))).toEqual([])
  })

  it('lists, reads and moves what was granted, and nothing else of the organisation', async () => {
    const listed = (await ask('contractor', 'GET', '/contractor/cases')).json<{
      cases: { id: string; version: number }[]
    }>()
    expect(listed.cases.map(({ id }) => id)).toEqual([granted])
    const version = listed.cases[0]?.version
    const found = await ask('contractor', 'GET', `/contractor/cases/north/${granted}`)
    expect(found.json()).toMatchObject({
      id: granted,
      reporters: null,
      moves: ['assigned'],
    })
    expect(found.body).not.toMatch(/Kim|kim@/)
    const url = `/contractor/cases/north/${granted}/move`
    const moved = await ask('contractor', 'POST', url, { to: 'assigned', version })
    expect(moved.json()).toMatchObject({ state: 'assigned' })
    const again = await ask('contractor', 'POST', url, { to: 'in_progress', version })
    expect(again.statusCode).toBe(409)
    for (const path of [`north/${other}`, `south/${granted}`, `nowhere/${granted}`]) {
      const answer = await ask('contractor', 'GET', `/contractor/cases/${path}`)
      expect(answer.statusCode).toBe(404)
    }
  })

  it('shows photos of its work, and sees no photo of a reporter or of another case', async () => {
    const mine = `/contractor/cases/north/${granted}/photos`
    somePhotos.sent('face', granted)
    somePhotos.sent('elsewhere', other)
    const added = await ask('contractor', 'POST', mine, { photos: ['done-1'] })
    expect(added.json()).toMatchObject({ photos: ['done-1'] })
    expect((await ask('contractor', 'GET', `${mine}/done-1`)).body).toBe('done-1')
    for (const photo of ['face', 'elsewhere', 'nothing']) {
      expect((await ask('contractor', 'GET', `${mine}/${photo}`)).statusCode).toBe(404)
    }
    const foreign = `/contractor/cases/north/${other}/photos`
    const refused = await ask('contractor', 'POST', foreign, { photos: ['done-2'] })
    expect(refused.statusCode).toBe(404)
    expect((await ask('contractor', 'GET', `${foreign}/elsewhere`)).statusCode).toBe(404)
  })

  it('reads who reported it once customer service allowed that', async () => {
    const share = `/cases/${granted}/share-reporter`
    const why = { show: true, reason: 'Nyckel' }
    const silent = await ask('customer_service', 'POST', share, { show: true })
    expect(silent.statusCode).toBe(400)
    expect((await ask('customer_service', 'POST', share, why)).statusCode).toBe(200)
    const stands = await ask('customer_service', 'GET', share)
    expect(stands.json()).toMatchObject({ sharing: { mayShow: true, shown: true } })
    const found = await ask('contractor', 'GET', `/contractor/cases/north/${granted}`)
    expect(found.body).toContain('kim@example.org')
    await ask('customer_service', 'POST', share, { show: false })
    const hidden = await ask('contractor', 'GET', `/contractor/cases/north/${granted}`)
    expect(hidden.body).not.toContain('kim@example.org')
  })

  it.each([
    [{ to: 'assigned' }],
    [{ to: 'lost', version: 1 }],
    [{ to: 'assigned', version: -1 }],
    [{ to: 'assigned', version: 1, by: { role: 'administrator' } }],
    [{ to: 'assigned', version: 1, text: 'x'.repeat(2_001) }],
  ])('is told that %j is wrong', async (payload) => {
    const url = `/contractor/cases/north/${granted}/move`
    expect((await ask('contractor', 'POST', url, payload)).statusCode).toBe(400)
  })
})
