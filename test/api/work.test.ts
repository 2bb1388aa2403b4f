import { beforeEach, afterEach, describe, expect, it } from 'vitest'
import { openTestApi, type TestApi } from '../support/api.ts'
import { north } from '../support/database.ts'

let api: TestApi

beforeEach(async () => {
  api = await openTestApi()
})
afterEach(() => api[Symbol.asyncDispose]())

describe('an alarm', () => {
  it('is acknowledged once, for the raise that was seen', async () => {
    const url = `/api/v1/alarms/${await api.raise()}/acknowledge`
    const send = (raise: number) =>
      api.ask('control_centre', {
        method: 'POST',
        url,
        payload: { raise, comment: 'seen' },
      })
    expect((await send(2)).statusCode).toBe(409)
    const taken = await send(1)
    expect(taken.statusCode).toBe(200)
    expect(taken.json()).toMatchObject({
      state: 'acknowledged',
      acknowledgedBy: 'user:control-centre',
    })
    expect((await send(1)).statusCode).toBe(409)
  })

  it('has a journal that tells who did what', async () => {
    const id = await api.raise()
    await api.ask('operations', {
      method: 'POST',
      url: `/api/v1/alarms/${id}/acknowledge`,
      payload: { raise: 1 },
    })
    const answer = await api.ask('auditor', { url: `/api/v1/alarms/${id}/journal` })
    expect(answer.json()).toMatchObject({
      transitions: [
        { event: 'raised', actor: 'detector' },
        { event: 'acknowledge', actor: 'user:operations' },
      ],
    })
  })

  it('is given a case by a person where the rule leaves it to people', async () => {
    const id = await api.raise()
    const opened = await api.ask('operations', {
      method: 'POST',
      url: `/api/v1/alarms/${id}/case`,
    })
    expect(opened.statusCode).toBe(201)
    const { case: caseId } = opened.json<{ case: string }>()
    const found = await api.ask('operations', { url: `/api/v1/cases/${caseId}` })
    expect(found.json()).toMatchObject({ id: caseId, alarms: [{ id }] })
  })

  it('is listed by asset and state, as many as asked for', async () => {
    await api.raise('lamp-17', 'hatch-open')
    await api.raise('lamp-18', 'hatch-open')
    const count = async (query: string) =>
      (await api.ask('operations', { url: `/api/v1/alarms?${query}` })).json<{
        alarms: unknown[]
      }>().alarms.length
    expect(await count('')).toBe(2)
    expect(await count('asset=lamp-18')).toBe(1)
    expect(await count('limit=1&which=all')).toBe(1)
  })
})

const report = {
  category: 'light-out',
  asset: 'lamp-17',
  text: 'Dark since Monday',
  language: 'sv',
  contact: { email: 'kim@example.org' },
  wantsUpdates: true,
}
const send = (payload: object, headers = {}) =>
  api.app.inject({
    method: 'POST',
    url: '/api/v1/organisations/north/reports',
    payload,
    headers,
  })

/** Who read personal data, as the audit log has it. */
function readings() {
  return api.database
    .read(north)
    .selectFrom('audit')
    .select(['actor', 'subject', 'detail'])
    .where('action', '=', 'case.person.read')
    .orderBy('number')
    .execute()
}

describe('a report of a citizen', () => {
  it('is taken from anybody, and the receipt has a number and a link but no id', async () => {
    const answer = await send(report)
    expect(answer.statusCode).toBe(201)
    expect(Object.keys(answer.json())).toEqual(['number', 'token', 'known'])
    expect(answer.json()).toMatchObject({
      known: null,
      token: expect.stringMatching(/.{20}/),
    })
  })

  it('sent twice with the same key is the same report', async () => {
    const headers = { 'idempotency-key': 'form-0001' }
    const first = await send(report, headers)
    const second = await send(report, headers)
    expect(second.json()).toMatchObject({ number: first.json<{ number: string }>().number })
    const rows = await api.database.read(north).selectFrom('report').selectAll().execute()
    expect(rows).toHaveLength(1)
  })

  it('sent with the key of another one is refused, and nothing of it is kept', async () => {
    const headers = { 'idempotency-key': 'form-0001' }
    await send(report, headers)
    for (const other of [
      { text: 'Something else' },
      { contact: {}, wantsUpdates: false },
    ]) {
      const answer = await send({ ...report, ...other }, headers)
      expect(answer.statusCode).toBe(422)
      expect(answer.json()).toMatchObject({
        type: 'urn:gatuvakt:problem:reused',
        where: 'idempotencyKey',
        why: expect.any(String),
        next: expect.any(String),
      })
    }
    const rows = await api.database.read(north).selectFrom('report').selectAll().execute()
    expect(rows).toHaveLength(1)
  })

  it.each(['short', 'x'.repeat(65), 'a b c d e', "' or 1=1 --", '../../../etc'])(
    'with the key %j is refused',
    async (key) => {
      const answer = await send(report, { 'idempotency-key': key })
      expect(answer.statusCode).toBe(400)
    },
  )

  it('of a fault that a sensor found is told since when it is known', async () => {
    await api.raise('lamp-17', 'lamp-dark')
    const answer = await send(report)
    expect(answer.json()).toMatchObject({ known: { bySensor: true } })
  })

  it.each([
    [{ ...report, category: 'nothing' }, 400],
    [{ ...report, asset: 'pump-1' }, 404],
    [{ ...report, language: 'xx' }, 400],
    [{ ...report, wantsUpdates: true, contact: {} }, 400],
    [{ ...report, actor: 'user:kim' }, 400],
    [{ ...report, source: 'internal' }, 400],
    [{ ...report, text: 'x'.repeat(100_000) }, 400],
    [{ ...report, text: 'å'.repeat(10_000_000) }, 413],
    [{ ...report, place: { lat: 0, lon: 0 } }, 400],
    [{ ...report, place: { lat: 11.4, lon: 58.3 } }, 400],
    [{ ...report, place: { lat: -33.9, lon: 151.2 } }, 400],
    [{ ...report, place: { lat: '58.3', lon: 11.4 } }, 400],
    [{ ...report, place: { lat: null, lon: 11.4 } }, 400],
    [{ ...report, place: { lat: 58.3 } }, 400],
    [{ ...report, place: [58.3, 11.4] }, 400],
  ])('that does not fit is refused: %#', async (payload, status) => {
    expect((await send(payload)).statusCode).toBe(status)
    const rows = await api.database.read(north).selectFrom('report').selectAll().execute()
    expect(rows).toEqual([])
  })

  it('to an organisation that is not here is not found', async () => {
    const url = '/api/v1/organisations/nowhere/reports'
    const answer = await api.app.inject({ method: 'POST', url, payload: report })
    expect(answer.statusCode).toBe(404)
  })

  it('has at most 20 a minute from one address', async () => {
    const statuses = []
    for (let count = 0; count < 21; count += 1) statuses.push((await send({})).statusCode)
    expect(statuses.slice(19)).toEqual([400, 429])
  })

  it('is read with its words and contact by few, and each reading is written down', async () => {
    await send(report)
    const [found] = await api.cases.list(north, { which: 'open', limit: 10 })
    const url = `/api/v1/cases/${found?.id}`
    for (const who of ['operations', 'control_centre', 'integrator'] as const) {
      const { body } = await api.ask(who, { url })
      expect(body).toContain('"reporters":null')
      expect(body).not.toMatch(/kim@example|Monday/)
    }
    expect(await readings()).toEqual([])
    for (const who of ['customer_service', 'auditor'] as const) {
      expect((await api.ask(who, { url })).body).toContain('kim@example.org')
    }
    expect(await readings()).toEqual([
      { actor: 'user:customer-service', subject: found?.id, detail: '{}' },
      { actor: 'user:auditor', subject: found?.id, detail: '{}' },
    ])
  })
})

describe('a case', () => {
  it('is moved from the version that was seen, and told which moves there are otherwise', async () => {
    await api.raise('lamp-18', 'lamp-dark')
    const [found] = await api.cases.list(north, { which: 'open', limit: 10 })
    const move = (payload: object) =>
      api.ask('operations', {
        method: 'POST',
        url: `/api/v1/cases/${found?.id}/move`,
        payload,
      })
    expect((await move({ to: 'assigned', version: 99 })).statusCode).toBe(409)
    const moved = await move({ to: 'assigned', version: found?.version })
    expect(moved.json()).toMatchObject({ state: 'assigned' })
    const refused = await move({
      to: 'assigned',
      version: moved.json<{ version: number }>().version,
    })
    expect(refused.statusCode).toBe(409)
    expect(refused.json()).toMatchObject({ facts: expect.any(Object) })
    expect((await move({ to: 'lost', version: 1 })).statusCode).toBe(400)
  })
})
