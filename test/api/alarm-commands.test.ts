import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestApi, type TestApi } from '../support/api.ts'

let api: TestApi
let alarm: string
beforeAll(async () => {
  api = await openTestApi()
  alarm = await api.raise('lamp-17', 'lamp-dark')
})
afterAll(() => api[Symbol.asyncDispose]())

const post = (path: string, payload?: object) =>
  api.ask('operations', {
    method: 'POST',
    url: `/api/v1${path}`,
    ...(payload && { payload }),
  })

it('an alarm is shelved with a time and a reason, found among the shelved, and put back', async () => {
  const wrong = await post(`/alarms/${alarm}/shelve`, { for: '30m' })
  expect(wrong.statusCode).toBe(400)
  const shelved = await post(`/alarms/${alarm}/shelve`, { for: '30m', reason: 'Digging' })
  expect(shelved.json()).toMatchObject({
    letter: 'E',
    suppression: [{ reason: 'Digging' }],
  })
  const url = '/api/v1/alarms?which=suppressed&shelved=true&priority=3'
  const listed = await api.ask('operations', { url })
  expect(listed.json()).toMatchObject({ alarms: [{ id: alarm }] })
  const again = await post(`/alarms/${alarm}/shelve`, { untilClear: true, reason: 'Still' })
  expect(again.statusCode).toBe(409)
  expect(again.json()).toMatchObject({ facts: { refusal: 'already_shelved' } })
  const back = await post(`/alarms/${alarm}/unshelve`)
  expect(back.json()).toMatchObject({ letter: 'B', suppression: [] })
})

it('an alarm tells why it is as it is', async () => {
  const said = await post(`/alarms/${alarm}/comment`, { comment: 'Seen' })
  expect(said.statusCode).toBe(200)
  const why = await api.ask('operations', { url: `/api/v1/alarms/${alarm}/why` })
  expect(why.json()).toMatchObject({
    alarm: { id: alarm },
    recent: [{ event: 'raised' }, { event: 'shelve' }, { event: 'unshelve' }, {}],
  })
})

it('maintenance says what it touches, is listed and may be ended', async () => {
  const scope = { types: ['Streetlight'] }
  const planned = await post('/maintenance-windows', {
    scope,
    from: '2026-11-20T12:00:00Z',
    to: '2026-11-20T14:00:00Z',
    reason: 'New lamps',
  })
  expect(planned.statusCode).toBe(201)
  const { window } = planned.json<{ window: { id: string } }>()
  expect(planned.json()).toMatchObject({ touches: { assets: 2, openAlarms: 1 } })
  const preview = await post('/maintenance-windows/preview', { scope })
  expect(preview.json()).toEqual({ assets: 2, openAlarms: 1 })
  const url = `/api/v1/maintenance-windows/${window.id}`
  const ended = await api.ask('operations', { method: 'DELETE', url })
  expect(ended.json()).toMatchObject({ state: 'over', endedBy: 'user:operations' })
  const list = await api.ask('operations', { url: '/api/v1/maintenance-windows' })
  expect(list.json()).toMatchObject({ windows: [{ id: window.id, scope }] })
})
