import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '../../src/domain/identity.ts'
import { north } from '../support/database.ts'
import { openWorkApi, type WorkApi } from '../contractors/work-api.ts'

let work: WorkApi
const ask: WorkApi['ask'] = (...asked) => work.ask(...asked)

beforeAll(async () => {
  work = await openWorkApi()
})
afterAll(() => work[Symbol.asyncDispose]())

describe('people of the organisation', () => {
  it('take a case, give it on and give it back, and other units do not take it from them', async () => {
    const url = `/cases/${work.other}/assign`
    const { version } = await work.cases.get(north, work.other, false)
    const taken = await ask('operations', 'POST', url, { version, person: 'me' })
    expect(taken.json()).toMatchObject({
      unit: 'park',
      person: 'operations',
      changed: true,
    })
    const stale = await ask('operations', 'POST', url, { version, person: null })
    expect(stale.statusCode).toBe(409)
    const given = await ask('customer_service', 'POST', url, {
      version: version + 1,
      unit: 'front',
      person: 'customer-service',
    })
    expect(given.json()).toMatchObject({ unit: 'front', person: 'customer-service' })
    const foreign = await ask('operations', 'POST', url, {
      version: version + 2,
      person: 'me',
    })
    expect(foreign.statusCode).toBe(403)
    const back = await ask('customer_service', 'POST', url, {
      version: version + 2,
      person: null,
    })
    expect(back.json()).toMatchObject({ unit: 'front', person: null })
    expect((await ask('customer_service', 'POST', url, { version: 1 })).statusCode).toBe(
      400,
    )
  })

  it('say when they are away themselves, and administrators say it for others', async () => {
    const days = { from: '2026-12-01', to: '2026-12-02' }
    const own = await ask('operations', 'POST', '/absences', days)
    expect(own.statusCode).toBe(201)
    const { id } = own.json<{ id: string }>()
    const others = { ...days, person: 'customer-service' }
    expect((await ask('operations', 'POST', '/absences', others)).statusCode).toBe(403)
    expect((await ask('administrator', 'POST', '/absences', others)).statusCode).toBe(201)
    expect((await ask('operations', 'POST', '/absences', days)).statusCode).toBe(409)
    const list = async (who: Role, query = '') =>
      (await ask(who, 'GET', `/absences${query}`))
        .json<{ absences: { person: string }[] }>()
        .absences.map(({ person }) => person)
        .toSorted()
    expect(await list('operations')).toEqual(['operations'])
    expect(await list('operations', '?person=customer-service')).toEqual(['operations'])
    expect(await list('administrator')).toEqual(['customer-service', 'operations'])
    expect((await ask('customer_service', 'DELETE', `/absences/${id}`)).statusCode).toBe(
      404,
    )
    const ended = await ask('operations', 'DELETE', `/absences/${id}`)
    expect(ended.json()).toMatchObject({ state: 'over' })
  })
})
