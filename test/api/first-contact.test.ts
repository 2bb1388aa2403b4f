import { afterEach, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { SECOND } from '../../src/domain/time.ts'
import { statisticsReport } from '../../src/statistics/views.ts'
import { openTestApi, type TestApi } from '../support/api.ts'

let api: TestApi
beforeEach(async () => {
  api = await openTestApi()
})
afterEach(() => api[Symbol.asyncDispose]())

type Who = Parameters<TestApi['ask']>[0]

const receipt = z.object({ case: z.string() })
const report = {
  category: 'light-out',
  text: 'Varför?',
  language: 'sv',
  wantsUpdates: false,
}
const answered = { reason: 'opinion_answered', text: 'Lampan tänds i kväll.' }

function call(more: object, who: Who = 'customer_service') {
  const place = { lat: 58.3, lon: 11.4 }
  const payload = { ...report, place, source: 'phone', ...more }
  return api.ask(who, { method: 'POST', url: '/api/v1/cases', payload })
}

it('the desk answers and closes while it takes a report, and it counts by channel', async () => {
  const taken = await call({ answered })
  expect(taken.statusCode).toBe(201)
  await call({})
  await call({ answered, source: 'email' })
  const { case: id } = receipt.parse(taken.json())
  const seen = await api.ask('customer_service', { url: `/api/v1/cases/${id}` })
  expect(seen.json()).toMatchObject({ state: 'closed', closingReason: 'opinion_answered' })
  api.clock.advance(SECOND)
  const url = '/api/v1/statistics?by=source'
  const counted = await api.ask('customer_service', { url })
  const { total, groups } = statisticsReport.parse(counted.json())
  expect(total.reports).toMatchObject({ people: 3, firstContact: 2 })
  expect(
    groups.map(({ key, figures: { reports } }) => [key, reports.firstContactShare]),
  ).toEqual([
    ['phone', 0.5],
    ['email', 1],
  ])
})

it.each<[string, object, Who, number]>([
  ['without words', { answered: { reason: 'opinion_answered' } }, 'customer_service', 400],
  [
    'as a duplicate',
    { answered: { ...answered, reason: 'duplicate' } },
    'customer_service',
    400,
  ],
  ['with more than that', { answered: { ...answered, by: 'me' } }, 'customer_service', 400],
  ['by one who takes no reports', { answered }, 'auditor', 403],
])('an answer %s is refused', async (_, more, who, status) => {
  expect((await call(more, who)).statusCode).toBe(status)
})
