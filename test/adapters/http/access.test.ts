import { afterEach, describe, expect, it } from 'vitest'
import { createManualClock } from '../../support/manual-clock.ts'
import { durationUs, MINUTE } from '../../../src/domain/time.ts'
import { deviceOf, startIntake, token, type Intaking } from './intaking.ts'

let field: Intaking
afterEach(() => field[Symbol.asyncDispose]())

const devices = [deviceOf('http', 'well-1', { id: 'W1' })]
const settings = { format: 'json', identity: { path: '$.id' } }
const body = '{"id":"W1"}'
const type = { 'content-type': 'application/json' }
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`

describe('a token', () => {
  it.each([
    ['Bearer', { authorization: `Bearer ${token}` }, ''],
    ['bearer in small letters', { authorization: `bearer ${token}` }, ''],
    ['Token of InfluxDB 2', { authorization: `Token ${token}` }, ''],
    ['Token with a user name', { authorization: `Token anybody:${token}` }, ''],
    ['Basic with any user name', { authorization: basic(`anybody:${token}`) }, ''],
    ['p of InfluxDB 1', {}, `?u=anybody&p=${token}`],
  ])('opens as %s', async (_as, headers, rest) => {
    field = await startIntake({ settings, devices })
    expect(
      (await field.post(body, { headers: { ...type, ...headers }, rest })).status,
    ).toBe(200)
    expect(field.stored).toHaveLength(1)
  })

  it.each([
    ['none', {}, ''],
    ['a wrong one', { authorization: 'Bearer wrong' }, ''],
    ['nothing behind Bearer', { authorization: 'Bearer ' }, ''],
    ['another scheme', { authorization: `Digest ${token}` }, ''],
    ['a wrong one in the query', {}, '?p=wrong'],
    ['Basic that is no base64', { authorization: 'Basic %%%' }, ''],
    [
      'a wrong header beside a right query',
      { authorization: 'Bearer wrong' },
      `?p=${token}`,
    ],
  ])('%s: 401, nothing stored', async (_what, headers, rest) => {
    field = await startIntake({ settings, devices })
    const answer = await field.post(body, { headers: { ...type, ...headers }, rest })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    expect(field.stored).toEqual([])
    expect(field.refusals).toMatchObject([{ reason: 'bad_credentials' }])
  })

  it('is refused in the same words for what does not exist', async () => {
    field = await startIntake({ settings, devices })
    const headers = { ...type, authorization: 'Bearer wrong' }
    const answers = await Promise.all(
      ['strandkoping/field', 'strandkoping/nothing', 'nobody/field', 'x%2Fy/%00'].map(
        (path) =>
          fetch(`${field.url}/ingest/v1/${path}`, { method: 'POST', body, headers }),
      ),
    )
    const texts = await Promise.all(answers.map((answer) => answer.text()))
    expect(new Set(texts).size).toBe(1)
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401])
  })

  it('is asked for together with organisation and connection, so it opens one door only', async () => {
    const asked: unknown[] = []
    field = await startIntake({
      settings,
      devices,
      login: async (shown) => asked.push(shown) === 0,
    })
    await field.post(body)
    expect(asked).toEqual([{ organisation: 'strandkoping', connection: 'field', token }])
  })

  it('that fails too often has the address wait a minute, even with a right one', async () => {
    const clock = createManualClock()
    field = await startIntake({ settings, devices, clock, limits: { failuresEach: 3 } })
    const wrong = { headers: { ...type, authorization: 'Bearer wrong' } }
    for (let i = 0; i < 3; i += 1) expect((await field.post(body, wrong)).status).toBe(401)
    const shut = await field.post(body)
    expect(shut.status).toBe(429)
    expect(shut.headers.get('retry-after')).toBe('60')
    clock.advance(durationUs(MINUTE))
    expect((await field.post(body)).status).toBe(200)
  })

  it('is not tried on many connections either', async () => {
    field = await startIntake({ settings, devices, limits: { failures: 5 } })
    const headers = { ...type, authorization: 'Bearer wrong' }
    const statuses: number[] = []
    for (let i = 0; i < 7; i += 1) {
      const url = `${field.url}/ingest/v1/strandkoping/c${i}`
      statuses.push((await fetch(url, { method: 'POST', body, headers })).status)
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429])
  })

  it('that cannot be checked now is no reason to lose anything: the sender is told to come again', async () => {
    let down = true
    field = await startIntake({
      settings,
      devices,
      login: async () => {
        if (down) throw new Error('the database is away')
        return true
      },
    })
    expect((await field.post(body)).status).toBeGreaterThanOrEqual(500)
    down = false
    expect((await field.post(body)).status).toBe(200)
  })

  it('opens nothing on a connection that is closed', async () => {
    field = await startIntake({ settings, devices })
    await field.adapter[Symbol.asyncDispose]()
    const answer = await field.post(body)
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('10')
  })
})
